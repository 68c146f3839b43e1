"""What order pages do to make people pay more, or for something else, than they meant to.

None of it lies: whoever reads the whole page before every click knows what will be charged. The
fault `trick` names one of them; a portal plays those that its pages can.
"""

from __future__ import annotations

from collections.abc import Mapping

TRICKS: Mapping[str, str] = {
    "addon": "an add-on is ticked beforehand on the order page, and is part of the total",
    "addon_aside": "an add-on is ticked beforehand beside the total, and is charged on top of it",
    "net": "the total is shown without tax; the charge is with tax",
    "net_note": "a note below the total says that tax comes on top",
    "gross": "the total without tax stands first, the one with tax in brackets behind it",
    "picture": "the total is a picture",
    "two_amounts": "the total holds a second amount, for later months",
    "second_button": "a second button of the same name orders something dearer",
    "swapped_buttons": "under the pointer, the button changes places with a dearer one",
    "restless_button": "the button never keeps still",
    "late_total": "the total rises when the pointer comes near the button",
    "order": "the list of offers begins with a dearer one",
    "stale_order": "the list of offers is another one when an offer of it is opened",
    "other_product": "the confirmation page names, and orders, another product at the same price",
}
