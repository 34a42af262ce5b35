"""The technician's words in English, by code; the Chinese stand with the codes themselves."""

from __future__ import annotations

from kiosk_ui.words import words_of

_CAMERA = {
    "camera.not_found": "The device is not there or will not open. Check the plug, the rights and "
    "the setting camera.",
    "camera.lost": "Reading failed; the terminal reconnects by itself. Check cable and power.",
    "camera.black": "The picture is nearly black. Check the lens cap and the exposure.",
    "camera.frozen": "The picture does not change at all. The device may hang: unplug it.",
    "camera.still": "Nothing moves in the picture. Look for a photograph or a replaced source.",
    "camera.repeats": "The picture repeats itself: a recording or an injected source.",
    "camera.jumps": "The picture jumps: frames are missing or two sources are mixed.",
    "camera.virtual": "This is a program that calls itself a camera. Faces are not recognised.",
    "camera.starting": "The camera is starting.",
    "camera.source_unsuitable": "The setting camera names nothing that can be opened.",
    "eyes.broken": "The part that recognises faces failed and starts anew. Read the log.",
    "eyes.no_challenge": "The networks for a challenge were not opened.",
    "pack.research_only": "These weights may only be used for research, not in a clinic.",
    "pack.licence_unknown": "Nobody says what these weights may be used for.",
    "weights.not_finite": "A network answered nonsense. Fetch the weights again.",
    "picture.unsuitable": "The camera's pictures have a form that cannot be judged.",
}
_FACE = {
    "face.none": "Nobody is before the camera.",
    "face.two": "Two faces are equally large. One person alone should stand there.",
    "face.too_far": "The face is too small. Come closer, or move the camera.",
    "face.too_close": "The face is too large. Step back.",
    "face.outside": "The face is cut by the edge. Turn the camera towards it.",
    "face.turned": "The face looks aside. Put the camera at eye height, straight ahead.",
    "face.too_dark": "The face is too dark. Add light in front of the person.",
    "face.too_bright": "The face is burnt out. Take light away, or turn the lamp.",
    "face.mouth_covered": "Mouth or nose is covered.",
    "face.eye_covered": "An eye is covered.",
    "face.blurred": "The face is blurred. Clean the lens; more light helps.",
}
_SCANNER = {
    "scanner.starting": "The scanner is starting.",
    "scanner.not_found": "The port that is set is not there. Check the plug and scanner_port.",
    "scanner.two_fit": "Two devices fit the setting. Name one by its path under by-path.",
    "scanner.unplugged": "It was unplugged; it is opened again by itself.",
    "scanner.held": "Another program holds the port.",
    "scanner.not_allowed": "No right to open the port. Check the udev rule.",
    "scanner.not_a_port": "What the setting names is no serial port and no keyboard.",
    "scanner.unsteady": "The line breaks again and again. Change the cable or the socket.",
    "scanner.no_picture": "The camera shows nothing in which a code could be read.",
    "scanner.no_trigger": "This scanner cannot be triggered by the terminal.",
    "scanner.closed": "The scanner is not listened to any more. Restart the terminal.",
    "scanner.none_set": "No scanner is set.",
    "scanner.noise": "Lines longer than any code came: check the speed and the cable.",
    "scanner.unended": "A code came without its end. Set the suffix to CR.",
    "scanner.repeats": "The scanner sends one code again and again. Switch repeating off.",
    "scanner.overrun": "More codes came than could be taken; the newest was dropped.",
    "scanner.rescan_last": "The line broke while a code came. Scan the last box again.",
}
_LINE = {
    "province.away": "The province cannot be reached; nothing was sent. Try the line step by step.",
    "province.certificate": "The certificate is not trusted or expired. Check the clock and "
    "province_ca_file.",
    "province.no_answer": "The province did not answer in time, or with an error of the line.",
    "province.nonsense": "The answer cannot be read. Check province_url_style and signing.",
    "province.not_admitted": "The gateway does not admit us: check paasid, secret and clock.",
    "province.refused": "The platform answered, and refused.",
    "province.system_error": "An error inside the platform.",
    "province.contradiction": "The answer says yes and no at once.",
    "province.request_too_long": "The request is longer than the interface allows.",
    "network.not_used": "This line does without this step.",
    "network.not_reached": "Not tried, because an earlier step failed.",
    "network.no_such_name": "The host name is not known. Check cable, DNS and province_url.",
    "network.no_connection": "No connection to this address and port. Check line and firewall.",
    "network.not_admitted": "The gateway does not admit us: check province_paasid, "
    "province_secret and the clock.",
    "network.gateway_broken": "The gateway is in trouble, or the platform behind it is away.",
    "network.kept_sign_in": "Signed in today already; not repeated, for a settlement under way "
    "rests on it.",
}
_KEPT = {
    "store.away": "The database cannot be written or read. Check the disk.",
    "store.damaged": "The database is damaged. Stop, keep the file, call the maintainer.",
    "ledger.not_written": "The ledger's seal could not be written. Check the disk.",
    "ledger.head_not_written": "The ledger's head could not be written. Check the disk.",
    "ledger.head_unreadable": "The ledger's head cannot be read.",
    "ledger.head_missing": "The ledger's head is missing.",
    "ledger.reading_stopped": "The reading of the ledger was stopped.",
    "ledger.edited": "An entry of the ledger was changed.",
    "ledger.removed": "Entries of the ledger were removed.",
    "ledger.reordered": "Entries of the ledger were put in another order.",
    "ledger.cut": "The end of the ledger was cut off.",
    "ledger.rewritten": "The ledger was written anew.",
    "ledger.bad_seal": "A seal of the ledger is not genuine.",
    "ledger.foreign_key": "The ledger was sealed by another device.",
    "ledger.never_sealed": "The ledger was never sealed.",
    "ledger.unreadable": "The ledger cannot be read.",
    "ledger.broken_before": "The ledger was broken before it was last sealed.",
    "vault.template_unreadable": "No key opens these face templates; their people enrol anew.",
    "settings.unreadable": "The settings file cannot be read.",
    "settings.unknown": "The settings file has a name that nobody knows.",
    "settings.wrong_value": "A value in the settings file is outside its limits.",
    "settings.missing": "A setting that has no default is missing.",
    "digest.unreadable": "The county's filter of sold codes cannot be read.",
}
_PRINTER = {
    "printer.none": "No printer is set.",
    "printer.away": "The printer is not there. Check cable, power and the setting printer.",
    "printer.not_answering": "The printer does not say how it is. Switch it off and on.",
    "printer.paper_out": "The paper is used up. Put a new roll in; what waits is printed then.",
    "printer.cover_open": "The cover is open. Close it; what waits is printed then.",
    "printer.jammed": "The cutter or the paper is stuck. Open the cover and clear it.",
}
_PARTS = {
    "part.not_fitted": "This terminal does not have this part, or it is not set.",
    "api.port_in_use": "Address or port of api_listen cannot be had. It is tried again by itself.",
    "api.certificate_unreadable": "api_certificate cannot be read. Put the PEM file right.",
    "callback.away": "The client's callback address takes no connection. It is tried again.",
    "callback.no_answer": "The client did not answer 2xx. It is tried again for 24 hours.",
    "callback.address": "The client's callback address is not allowed. Give it anew; see api_from.",
    "callback.given_up": "A result was not heard for 24 hours. Let the client ask for it.",
    "typing.away": "No host takes keystrokes. Check the cable, typing_port and who may write it.",
    "part.few_frames": "The picture is slow. Use another USB socket or cable; darkness slows it.",
    "part.small_picture": "The picture is small. Use a camera with at least 640×480.",
    "part.not_measured": "The thresholds of these weights are not measured; run evaluate.",
    "part.enrol_anew": "Some people's templates are of other weights; they enrol anew.",
    "part.nothing_heard": "The port is open but no byte has come. Scan once; if nothing comes it "
    "is the wrong port.",
    "part.noise": "More noise than codes. Check speed, cable and earth.",
    "part.unended": "Some codes had no end. Set the suffix to CR.",
    "part.papers_waiting": "Papers wait; they are printed when the printer is back.",
    "part.disk_full": "The disk is nearly full: new visits may not be kept. Clear it now.",
    "part.disk_short": "Less than 1 GB is free. Clear the disk or fit a larger one soon.",
    "part.disk_slow": "Reading one row is slow; the card may wear out. Back up and change it.",
    "part.long_silent": "The province has long said nothing. Try the line on the network page.",
    "part.clock_wrong": "The clock is before what is written already, or in a wrong year.",
    "part.keys_unknown": "Nobody says where the keys come from. Check key_source.",
    "part.keys_weak": "The keys lie in a file bound to this machine. Credentials or a chip are "
    "better.",
    "part.no_catalogue": "No drugs and no services: nothing can be sold. Set drugs_file and "
    "services_file.",
    "part.filter_old": "The list of sold codes is old or missing; it renews itself on line.",
    "part.no_voice": "The folder of sounds is empty. Install again, or check voice_pack.",
    "part.assets_missing": "A file that the pages need is missing. Run models pull.",
}

ENGLISH: dict[str, str] = {**_CAMERA, **_FACE, **_SCANNER, **_LINE, **_KEPT, **_PRINTER, **_PARTS}

_UNNAMED = "This code has no English words yet. Tell it to the maintainer."


def told(code: str, language: str) -> str:
    """What a code says to a technician, in their language."""
    return ENGLISH.get(code, _UNNAMED) if language == "en" else words_of(code).technician
