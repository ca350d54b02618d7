"""Checks packets and checkpoints of a hangtime ledger, alone: no database, no network, no hangtime.

    python verifier.py FILE... --key PUBLIC.pem

Needs Python 3.11 or newer and the library `cryptography`.  A packet is what a ledger holds about one
visit.  What is checked, and what each check shows:

1. The file is the canonical JSON (RFC 8785) of what it says, with no field more and none less.
2. The checkpoint is signed (Ed25519) by a key you gave: its holder saw `size` entries with `root`.
3. Each entry's hash is a leaf of the Merkle tree (RFC 6962) with that root, at the place its `seq`
   says: the entry stood in the ledger as it stands here, when the checkpoint was signed.
4. The entries are numbered 1 to n without a gap, and a second tree of the checkpoint, of all
   subjects, has n for this one: none was left out.  Later entries are not in the packet.

Of checkpoints it is checked that each later one holds all of the earlier one (RFC 6962, consistency).
An entry's hash is the SHA-256 of its fields, each as a netstring (`4:kind,`), behind the format's name.

Exit status: 0 all hold, 1 one does not, 2 a file cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

ENTRY, SUBJECT = "hangtime-entry-1", "hangtime-subject-1"
CHECKPOINT, PACKET = "hangtime-checkpoint-1", "hangtime-packet-1"
HASHED = (
    "seq", "entry_id", "stream", "subject", "nth", "kind", "recorded_at", "author", "body",
    "previous",
)  # fmt: skip
TEXTS = frozenset(HASHED) - {"seq", "nth"}
STATEMENT = {"format", "key", "root", "signed_at", "size", "subjects", "subjects_root"}
HOLDS, REFUSED, UNREADABLE = 0, 1, 2


class Refused(Exception):
    """What the file says does not hold; the message says what."""


def netstrings(parts: Iterable[object]) -> bytes:
    """Each part as its length, a colon, its bytes and a comma; whole numbers are written in digits."""
    texts = (part if isinstance(part, bytes) else str(part).encode("utf-8") for part in parts)
    return b"".join(b"%d:%b," % (len(text), text) for text in texts)


def entry_hash(entry: dict[str, Any]) -> bytes:
    """The hash of an entry: moments in RFC 3339, `previous` in hexadecimal, `body` as it was stored."""
    return hashlib.sha256(netstrings((ENTRY, *(entry[name] for name in HASHED)))).digest()


def subject_data(subject: str | bytes, count: int, last: bytes) -> bytes:
    """What the tree of subjects has of one: how many entries, and the hash of the last."""
    return netstrings((SUBJECT, subject, count, last.hex()))


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962: a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: what stands above two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to from leaf `index` of `size` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Refused("a place outside the tree")
    place, last, found = index, size - 1, leaf
    for each in path:
        if not last:
            raise Refused("a path that is too long")
        if place & 1 or place == last:
            found = node_hash(each, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    if last:
        raise Refused("a path that is too short")
    return found


def is_consistent(
    size: int, root: bytes, later_size: int, later_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the later tree begins with all of the earlier one (RFC 9162, 2.1.4.2)."""
    if not 0 < size <= later_size or (size == later_size) == bool(proof):
        return False
    if size == later_size:
        return root == later_root
    path = [root, *proof] if size & (size - 1) == 0 else list(proof)
    place, last = size - 1, later_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return not last and old == root and new == later_root


def canonical(content: Any) -> bytes:
    """Canonical JSON, for what these files hold: objects with plain names, lists, texts, whole numbers."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def key_name(key: Any) -> str:
    """What a checkpoint calls a public key: the SHA-256 of its DER form."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def read_key(pem: bytes) -> Any:
    """A public Ed25519 key from PEM; ValueError for anything else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")  # noqa: TRY004  (unreadable, as other PEM is)
    return key


def parse(raw: bytes) -> dict[str, Any]:
    """The object of a file that is canonical; Refused for any other."""
    try:
        content = json.loads(raw.decode("utf-8"))
        is_canonical = isinstance(content, dict) and canonical(content) == raw
    except (ValueError, RecursionError):
        raise Refused("not JSON") from None
    if not is_canonical:
        raise Refused("not the canonical form of what it says: it was changed or re-written")
    return cast("dict[str, Any]", content)


def check_checkpoint(document: dict[str, Any], keys: Iterable[Any]) -> dict[str, Any]:
    """The statement of a checkpoint that is signed by one of the keys and follows from its `since`."""
    from cryptography.exceptions import InvalidSignature

    only(document, {"checkpoint", "signature", "since"})
    said = signed(document)
    key = {key_name(each): each for each in keys}.get(said["key"])
    if key is None:
        raise Refused(f"signed by another key ({said['key'][:12]}…) than you gave")
    try:
        key.verify(hexadecimal(document["signature"], 64), canonical(said))
    except InvalidSignature:
        raise Refused("the checkpoint's signature does not hold") from None
    since = document["since"]
    if since is not None:
        only(since, {"proof", "root", "size"})
        earlier, proof = number(since["size"]), [hexadecimal(each) for each in since["proof"]]
        roots = hexadecimal(since["root"]), hexadecimal(said["root"])
        if not is_consistent(earlier, roots[0], said["size"], roots[1], proof):
            raise Refused("does not hold all of the checkpoint before it")
    return said


def signed(document: dict[str, Any]) -> dict[str, Any]:
    """The statement of a checkpoint, its shape checked and its signature not."""
    said = only(document["checkpoint"], STATEMENT)
    if said["format"] != CHECKPOINT:
        raise Refused("a checkpoint of another format")
    number(said["size"])
    number(said["subjects"])
    text(said["signed_at"])
    for name in ("key", "root", "subjects_root"):
        hexadecimal(said[name])
    return said


def check_packet(packet: dict[str, Any], keys: Iterable[Any]) -> dict[str, Any]:
    """The statement of the checkpoint that all of a packet's entries stand under."""
    only(packet, {"checkpoint", "entries", "format", "signature", "subject", "subject_place"})
    part = {name: packet[name] for name in ("checkpoint", "signature")} | {"since": None}
    said = check_checkpoint(part, keys)
    hashes: dict[int, str] = {}
    last = b""
    for count, entry in enumerate(packet["entries"], 1):
        last = _check_entry(entry, packet["subject"], count, said)
        before = hashes.get(entry["seq"] - 1)
        if before is not None and before != entry["previous"]:
            raise Refused(f"entry {count} does not follow the one before it")
        hashes[entry["seq"]] = last.hex()
    place = only(packet["subject_place"], {"index", "path"})
    data = subject_data(text(packet["subject"]), len(packet["entries"]), last)
    path = [hexadecimal(each) for each in place["path"]]
    found = root_of_path(number(place["index"], 0), said["subjects"], leaf_hash(data), path)
    if found.hex() != said["subjects_root"]:
        raise Refused("entries of this subject were left out or added")
    return said


def _check_entry(entry: dict[str, Any], subject: str, count: int, said: dict[str, Any]) -> bytes:
    only(entry, {*HASHED, "path"})
    for name in TEXTS:
        text(entry[name])
    if entry["subject"] != subject or number(entry["nth"]) != count:
        raise Refused(f"entry {count} is not the {count}. of this subject")
    found = entry_hash(entry)
    path = [hexadecimal(each) for each in entry["path"]]
    root = root_of_path(number(entry["seq"]) - 1, said["size"], leaf_hash(found), path)
    if root.hex() != said["root"]:
        raise Refused(f"entry {count} is not what stood in the ledger at {entry['seq']}")
    return found


def only(content: Any, names: set[str]) -> dict[str, Any]:
    """An object with these names and no other."""
    if not isinstance(content, dict) or set(cast("dict[str, Any]", content)) != names:
        raise Refused(f"not an object with {', '.join(sorted(names))} and nothing else")
    return cast("dict[str, Any]", content)


def number(content: Any, least: int = 1) -> int:
    if type(content) is not int or not least <= content < 2**53:
        raise Refused("a number that is none")
    return content


def text(content: Any) -> str:
    if not isinstance(content, str):
        raise Refused("a text that is none")
    return content


def hexadecimal(content: Any, length: int = 32) -> bytes:
    """Bytes from lower-case hexadecimal digits."""
    if not isinstance(content, str) or not re.fullmatch(f"[0-9a-f]{{{2 * length}}}", content):
        raise Refused(f"not {length} bytes in hexadecimal")
    return bytes.fromhex(content)


def check(raw: bytes, keys: Iterable[Any]) -> tuple[str, dict[str, Any]]:
    """What a file is, in a sentence, and its checkpoint's statement; Refused where it does not hold."""
    content = parse(raw)
    try:
        if content.get("format") != PACKET:
            said = check_checkpoint(content, keys)
            return f"a checkpoint of {said['size']} entries", said
        said = check_packet(content, keys)
    except (KeyError, TypeError, UnicodeError):
        raise Refused("not of the shape of a packet or a checkpoint") from None
    entries = content["entries"]
    told = (
        f"all {len(entries)} entries, {entries[0]['recorded_at']} to {entries[-1]['recorded_at']}"
    )
    return f"{content['subject']}: {told}, under {said['size']} entries", said


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Check packets and checkpoints of a ledger.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--key", type=Path, action="append", required=True, help="a public key")
    parser.add_argument("--show", action="store_true", help="print the entries of packets")
    given = parser.parse_args(arguments)
    try:
        keys = [read_key(path.read_bytes()) for path in given.key]
        files = {path: path.read_bytes() for path in given.files}
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot be read: {error}\n")
        return UNREADABLE
    status = HOLDS
    for path, raw in files.items():
        try:
            told, said = check(raw, keys)
            sys.stdout.write(f"{path}: holds: {told}, signed {said['signed_at']}\n")
        except Refused as refused:
            status = REFUSED
            sys.stdout.write(f"{path}: REFUSED: {refused}\n")
            continue
        for entry in json.loads(raw).get("entries", ()) if given.show else ():
            sys.stdout.write(f"  {' '.join(str(entry[name]) for name in HASHED[:-1])}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
