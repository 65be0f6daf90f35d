// SPDX-License-Identifier: Apache-2.0
// Packed images and what can be wrong with them, made from docs/protocol.md, "Packed image file". A draft is a packed
// image in parts, with a node that is to judge it: {page, image, node, signer}.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { crc32, INFO, keyId, MANIFEST, PAGE, PIECE, sha256, SLOT, unpack } from './verify.mjs';

const CHUNK = PIECE + 4;
const ORDER_OF_CURVE = (1n << 252n) + 27742317777372353535851937790883648493n; // RFC 8032, 5.1

// {secret, open, id}
export function readKey(path) {
    const secret = createPrivateKey(readFileSync(path));
    const open = createPublicKey(secret);
    return { secret, open, id: keyId(open) };
}

// Repeatable random numbers (Mulberry32): below(n) is one of 0..n-1.
export function makeRandom(seed) {
    let state = seed >>> 0;
    return (limit) => {
        state = (state + 0x6d2b79f5) >>> 0;
        let z = Math.imul(state ^ (state >>> 15), state | 1);
        z = (z + Math.imul(z ^ (z >>> 7), z | 61)) ^ z;
        return Math.floor((((z ^ (z >>> 14)) >>> 0) / 2 ** 32) * limit);
    };
}

// ---- good ones ----

// An application image; `hasInfo`: with an info block, sealed.
export function makeImage(size, hasInfo) {
    const image = Buffer.from(Uint8Array.from({ length: size }, (_, i) => 7 * i + 3));
    image.writeUInt32LE(0x20001000, 0);
    image.writeUInt32LE(SLOT.begin + 5, 4);
    image.fill(0, INFO.begin, Math.min(INFO.end, size));
    if (hasInfo) {
        image.write('nbIN\x01\x40\x01\x00s31-nb', INFO.begin, 'latin1');
        image.write('v1.1.0', 0xdc, 'latin1');
        image.writeUInt32LE(SLOT.begin, 0xec);
        sealInfo(image);
    }
    return image;
}

const hasInfoBlock = (image) => image.length >= INFO.end && image.toString('latin1', 0xc0, 0xc4) === 'nbIN';
const hasManifest = (page) => page.toString('latin1', 0x20, 0x24) === 'nbMF';

function sealInfo(image) {
    if (!hasInfoBlock(image)) return;
    image.writeUInt32LE(image.length, INFO.size);
    image.writeUInt32LE(crc32(image.subarray(INFO.begin, INFO.crc32)), INFO.crc32);
}

function writeHeader({ page, image }) {
    Buffer.from('664140a8013333222210101010', 'hex').copy(page);
    page.writeUInt32LE(image.length, 13);
    page.writeUInt32LE(crc32(image), 17);
}

function writeDigest({ page, image }) {
    if (!hasManifest(page)) return;
    page.writeUInt32LE(image.length, 0x50);
    sha256(image).copy(page, MANIFEST.digest);
}

function writeSignature({ page, signer }) {
    if (!hasManifest(page)) return;
    signer.id.copy(page, MANIFEST.keyId);
    sign(null, page.subarray(MANIFEST.begin, MANIFEST.keyId), signer.secret).copy(page, MANIFEST.signature);
}

// What stands in both blocks is copied: product to version.
function writeManifest({ page, image }) {
    page.write('nbMF\x01', MANIFEST.begin, 'latin1');
    image.copy(page, 0x26, 0xc5, 0xc7);
    image.copy(page, 0x28, 0xc8, 0xf0);
}

export function makeDraft(image, signer) {
    const draft = { page: Buffer.alloc(PAGE), image: Buffer.from(image), node: { counter: 0, revoked: 0 }, signer };
    writeHeader(draft);
    if (hasInfoBlock(image)) writeManifest(draft);
    writeDigest(draft);
    writeSignature(draft);
    return draft;
}

export function draftOfFile(file, signer) {
    const whole = unpack(file);
    return { page: whole.subarray(0, PAGE), image: whole.subarray(PAGE), node: { counter: 0, revoked: 0 }, signer };
}

export function draftToFile({ page, image }) {
    const whole = Buffer.concat([page, image]);
    const chunks = [];
    for (let at = 0; at < whole.length; at += PIECE) {
        const piece = whole.subarray(at, at + PIECE);
        const sum = Buffer.alloc(4);
        sum.writeUInt32LE(crc32(piece));
        chunks.push(piece, sum);
    }
    return Buffer.concat(chunks);
}

// ---- changes ----

const flip = (bytes, begin, end, random) => {
    if (end > begin) bytes[begin + random(end - begin)] ^= 1 << random(8);
};
const inPage = (begin, end) => (draft, random) => flip(draft.page, begin, end, random);
const inImage = (begin, end) => (draft, random) =>
    flip(draft.image, begin, Math.min(end, draft.image.length), random);

function swap(bytes, a, b, size) {
    const kept = Buffer.from(bytes.subarray(a, a + size));
    bytes.copy(bytes, a, b, b + size);
    kept.copy(bytes, b);
}

// [offset, size, values]: at the limits of what is allowed.
const pageFields = [
    [0x24, 1, [0, 1, 2]], [0x25, 1, [0, 1, 2, 3, 0x80]], [0x26, 1, [0x40, 0x41, 0x43, 0x51]], [0x27, 1, [0, 1, 2]],
    [0x28, 4, [0, 0x41414141]], [0x3b, 1, [1]], [0x4b, 1, [1]], [0x3c, 1, [0]], [0x4c, 4, [0x08000000, SLOT.begin + 128]],
    [0x50, 4, [0, 1, SLOT.size, SLOT.size + 1]], [0x54, 4, [0, 1, 7, 0xffffffff]], [13, 4, [0, SLOT.size, SLOT.size + 1]],
];
const imageFields = [
    [0, 4, [0x20000000, 0x20000004, 0x20000002, 0x20005000, 0x20005004, 0]],
    [4, 4, [SLOT.begin, SLOT.begin + 1, SLOT.begin - 1, SLOT.begin + SLOT.size - 1, SLOT.begin + SLOT.size + 1]],
    [0xc4, 1, [0, 2]], [0xc5, 1, [0x40, 0x41, 0x43, 0x51]], [0xc6, 1, [1, 2]], [0xc7, 1, [1]], [0xc8, 1, [0, 0x20, 0x7f]],
    [0xdb, 1, [1]], [0xdc, 1, [0, 0x3b]], [0xeb, 1, [1]], [0xec, 4, [0x08000000]], [0xf4, 4, [0, 1, 9]],
];
function setField(bytes, fields, random) {
    const [offset, size, values] = fields[random(fields.length)];
    if (offset + size <= bytes.length) bytes.writeUIntLE(values[random(values.length)], offset, size);
}

const words = [0x4c, 0x50, 0x54, 0x58, 0x5c];
function swapWords({ page }, random) {
    const first = random(words.length);
    swap(page, words[first], words[(first + 1 + random(words.length - 1)) % words.length], 4);
}

// The same number modulo the curve's order: a signature that only a careless verifier takes.
function addOrder({ page }) {
    let s = BigInt(`0x${Buffer.from(page.subarray(0xa4, 0xc4)).reverse().toString('hex')}`) + ORDER_OF_CURVE;
    for (let i = 0; i < 32; i++, s >>= 8n) page[0xa4 + i] = Number(s & 0xffn);
}

function resize(draft, random) {
    const size = Math.max(1, Math.min(SLOT.size, draft.image.length + random(600) - 400));
    draft.image = Buffer.concat([draft.image.subarray(0, size), Buffer.alloc(Math.max(0, size - draft.image.length), 0x5a)]);
}

// Of header page, manifest and image. What depends on what is changed may be mended afterwards, see mend().
export const changes = {
    'bit of the header': inPage(0, 21),
    'bit behind the header': inPage(21, MANIFEST.begin),
    'bit of the manifest': inPage(MANIFEST.begin, MANIFEST.keyId),
    'bit of the page': inPage(MANIFEST.end, PAGE),
    'bit of the image': inImage(0, SLOT.size),
    'bit of the vectors': inImage(0, 8),
    'bit of the info block': inImage(INFO.begin, INFO.end),
    'field of the page': (draft, random) => setField(draft.page, pageFields, random),
    'field of the image': (draft, random) => setField(draft.image, imageFields, random),
    'words of the manifest swapped': swapWords,
    'product and hardware swapped': ({ page }) => swap(page, 0x26, 0x27, 1),
    'title and version swapped': ({ page }) => swap(page, 0x28, 0x3c, 16),
    'other size': resize,
    'tiny image': (draft, random) => { draft.image = draft.image.subarray(0, 1 + random(260)); },
    'no manifest': ({ page }) => page.fill(0, MANIFEST.begin, MANIFEST.end),
    'no info block': ({ image }) => image.fill(0, INFO.begin, Math.min(INFO.end, image.length)),
    'other hardware': ({ page, image }) => { page[0x27] = 2; if (image.length >= INFO.end) image[0xc6] = 2; },
    'other address': ({ page, image }) => { page[0x4d] = 0; if (image.length >= INFO.end) image[0xed] = 0; },
    'nothing': () => {},
};

export const signatureChanges = {
    'bit of the key id': inPage(MANIFEST.keyId, MANIFEST.signature),
    'bit of the signature': inPage(MANIFEST.signature, MANIFEST.end),
    'no key id': ({ page }) => page.fill(0, MANIFEST.keyId, MANIFEST.signature),
    'no signature': ({ page }) => page.fill(0, MANIFEST.signature, MANIFEST.end),
    'another key id': ({ page }, random, keys) => keys[random(keys.length)].id.copy(page, MANIFEST.keyId),
    'halves of the signature swapped': ({ page }) => swap(page, MANIFEST.signature, MANIFEST.signature + 32, 32),
    'order of the curve added': addOrder,
};

export const nodeChanges = {
    'counter about the limit': ({ node, page }, random) => {
        node.counter = Math.min(0xffffffff, Math.max(0, page.readUInt32LE(0x54) + random(3) - 1));
    },
    'revoked keys': ({ node }, random) => { node.revoked = random(16); },
};

export const fileChanges = {
    'bit of the file': (file, random) => { flip(file, 0, file.length, random); return file; },
    'shorter file': (file, random) => file.subarray(0, file.length - 1 - random(file.length - 1)),
    'longer file': (file, random) => Buffer.concat([file, Buffer.alloc(1 + random(1100))]),
    'piece left out': (file) => Buffer.concat([file.subarray(0, CHUNK), file.subarray(2 * CHUNK)]),
    'piece twice': (file) => Buffer.concat([file.subarray(0, 5 * CHUNK), file.subarray(4 * CHUNK)]),
    'pieces swapped': (file, random) => { swap(file, 0, CHUNK * (1 + random(3)), CHUNK); return file; },
};

// Makes good again what was good before a change: info block, header, digest, signature, each only with those before it.
const mends = [({ image }) => sealInfo(image), writeHeader, writeDigest, writeSignature];
export const MENDS = mends.length;
export function mend(draft, count) {
    for (const step of mends.slice(0, count)) step(draft);
}
