"""The only user of HTTP outward: envelope, messages, signing, client, conversation.

The bottom is bytes (envelope, signing), above it one send with its three outcomes
(client), above that what is said in which order (conversation). Field names on the wire
are the interface's own; above this folder nobody knows them.
"""
