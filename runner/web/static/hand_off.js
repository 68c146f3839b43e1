// Shows a live page and sends back what the hands do. It keeps nothing, and knows nothing of sites.
'use strict';

const live = document.getElementById('live');
const view = document.getElementById('view');
const canvas = document.getElementById('page');
const typing = document.getElementById('typing');
const said = document.getElementById('said');
const question = document.getElementById('question');
const left = document.getElementById('left');
const pen = canvas.getContext('2d', {alpha: false});
let socket = null;
let over = false;

function connect() {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  socket = new WebSocket(`${scheme}//${location.host}${live.dataset.socket}`);
  socket.binaryType = 'blob';
  socket.onopen = () => { say(''); live.dataset.connected = 'yes'; };
  socket.onmessage = event => typeof event.data === 'string' ? hear(JSON.parse(event.data)) : draw(event.data);
  socket.onclose = () => {
    delete live.dataset.connected;
    if (over) return;
    say(live.dataset.lost);
    setTimeout(connect, 1500);
  };
}

function send(message) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function say(words) { said.textContent = words; }

function hear(told) {
  if (told.is === 'size') {
    if (canvas.width !== told.width || canvas.height !== told.height) {
      canvas.width = told.width;
      canvas.height = told.height;
    }
  } else if (told.is === 'where') {
    const address = document.getElementById('address');
    address.classList.toggle('foreign', !told.own);
    const words = [told.own ? told.address : `${told.address} – ${address.dataset.foreign}`];
    if (told.inside.length) words.push(`${address.dataset.inside} ${told.inside.join(', ')}`);
    address.textContent = words.join(' · ');
  } else if (told.is === 'not_yet') {
    say(live.dataset.notYet);
  } else if (told.is === 'question') {
    put(told.question);
  } else if (told.is === 'over') {
    end({done: live.dataset.done, given_up: live.dataset.givenUp, too_late: live.dataset.tooLate}[told.how]);
  }
}

function end(words) {
  over = true;
  live.classList.add('over');
  canvas.width = canvas.height = 1; // what it showed is nobody's business any more
  canvas.hidden = true;
  left.textContent = '';
  if (question.open) question.close();
  say(words || live.dataset.over);
}

// pictures: only the newest is worth drawing
let next = null;
let drawing = false;

async function draw(blob) {
  next = blob;
  if (drawing) return;
  drawing = true;
  while (next && !over) {
    const now = next;
    next = null;
    const picture = await createImageBitmap(now);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    live.dataset.frames = Number(live.dataset.frames || 0) + 1;
  }
  drawing = false;
}

// the pointer
const share = number => Math.min(1, Math.max(0, number));

function place(event) {
  const box = canvas.getBoundingClientRect();
  return {x: share((event.clientX - box.left) / box.width), y: share((event.clientY - box.top) / box.height)};
}

function point(doing, event) { send({do: doing, ...place(event)}); }

const byFinger = event => event.pointerType === 'touch';
const drags = event => !byFinger(event) || view.classList.contains('dragging');
let held = false;
let moved = 0;

canvas.addEventListener('pointerdown', event => {
  if (!drags(event) || event.button !== 0) return;
  event.preventDefault();
  held = true;
  canvas.setPointerCapture(event.pointerId);
  point('down', event);
});
canvas.addEventListener('pointermove', event => {
  if (!drags(event) || event.timeStamp - moved < 30) return;
  moved = event.timeStamp;
  point('move', event);
});
canvas.addEventListener('pointerup', event => {
  if (!held || !drags(event)) return;
  held = false;
  point('up', event);
  if (!byFinger(event)) typing.focus({preventScroll: true});
});
canvas.addEventListener('click', event => {
  if (drags(event)) return; // it was sent bit by bit
  point('down', event);
  point('up', event);
});
canvas.addEventListener('contextmenu', event => event.preventDefault());
canvas.addEventListener('wheel', event => {
  if (view.classList.contains('larger')) return;
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 40 : 1;
  send({do: 'wheel', ...place(event), dx: bound(event.deltaX * unit), dy: bound(event.deltaY * unit)});
}, {passive: false});

function bound(number) { return Math.min(5000, Math.max(-5000, number)); }

// keys and text: a box takes them in, so that input methods and on-screen keyboards work
const KEYS = ['Enter', 'Tab', 'Backspace', 'Delete', 'Escape', 'Home', 'End', 'PageUp', 'PageDown',
  'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];
let composing = false;

function flush() {
  if (composing || !typing.value) return;
  for (let rest = typing.value; rest; rest = rest.slice(5000)) send({do: 'text', text: rest.slice(0, 5000)});
  typing.value = '';
}

typing.addEventListener('compositionstart', () => { composing = true; });
typing.addEventListener('compositionend', () => { composing = false; flush(); });
typing.addEventListener('input', event => {
  if (event.inputType === 'insertLineBreak') {
    typing.value = '';
    send({do: 'key', key: 'Enter'});
  } else flush();
});
typing.addEventListener('keydown', event => {
  if (composing || event.isComposing || typing.value) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
    event.preventDefault();
    send({do: 'all'});
  } else if (KEYS.includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    send({do: 'key', key: event.key, shift: event.shiftKey});
  }
});
// A person who only uses the keyboard leaves the page's box for our own buttons in this way.
typing.addEventListener('keydown', event => {
  if (event.key === 'F6') document.getElementById('done').focus();
});

for (const button of document.querySelectorAll('[data-key]')) {
  button.addEventListener('click', () => send({do: 'key', key: button.dataset.key}));
}
for (const button of document.querySelectorAll('[data-scroll]')) {
  button.addEventListener('click', () => send({do: 'wheel', x: .5, y: .5, dy: 300 * button.dataset.scroll}));
}
for (const [id, name] of [['larger', 'larger'], ['drag', 'dragging']]) {
  document.getElementById(id).addEventListener('click', event => {
    const on = view.classList.toggle(name);
    event.currentTarget.setAttribute('aria-pressed', on);
  });
}

// what a browser shows outside of its page: dialogs, and the choices of a list
const yes = document.getElementById('question-yes');
const no = document.getElementById('question-no');
const answer = document.getElementById('question-answer');
const choices = document.getElementById('choices');
let asked = null;

function put(given) {
  asked = given;
  if (!asked) { if (question.open) question.close(); return; }
  document.getElementById('question-text').textContent = asked.text;
  const list = asked.kind === 'list';
  yes.hidden = list;
  no.hidden = asked.kind === 'alert';
  answer.hidden = asked.kind !== 'prompt';
  answer.value = '';
  choices.replaceChildren(...asked.choices.map((words, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words || '–';
    button.setAttribute('aria-pressed', index === asked.chosen);
    button.addEventListener('click', () => { asked = null; send({do: 'choose', index}); });
    return button;
  }));
  if (!question.open) question.showModal();
}

function reply(accept) {
  if (!asked) return;
  if (asked.kind === 'list') send({do: 'choose', index: -1});
  else send({do: 'answer', accept, text: answer.value});
  asked = null;
}
yes.addEventListener('click', () => reply(true));
no.addEventListener('click', () => reply(false));
question.addEventListener('cancel', event => { event.preventDefault(); reply(false); });

// the end
document.getElementById('done').addEventListener('click', () => { say(''); flush(); send({say: 'done'}); });
document.getElementById('give-up').addEventListener('click', () => send({say: 'give_up'}));

const until = new Date(live.dataset.until).getTime();

function tick() {
  if (over) return;
  const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  setTimeout(tick, 1000);
}

tick();
connect();
