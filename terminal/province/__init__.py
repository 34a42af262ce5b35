"""The only user of HTTP outward: envelope, messages, signing, client, conversation.

The bottom is bytes (post, envelope, signing, files), above it one send with its three
outcomes (line, client), above that what is said in which order (session, conversation,
enquiry, statements, downloads). Field names on the wire are the interface's own; above
this folder nobody knows them.
"""
