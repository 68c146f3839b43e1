"""Tells the owner what happened: events become messages, messages become letters that arrive.

`events` and `payload` know what may be told, `messages` puts it into the owner's language,
`send` hands it to a service, and `delivery` sees to it that nothing is lost on the way.
"""
