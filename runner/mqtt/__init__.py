"""What is known of the lines, for Home Assistant: by MQTT, as the devices that it discovers by itself.

What is said is worked out by pure functions (`discovery`, `states`); `board` keeps it at a broker.
"""
