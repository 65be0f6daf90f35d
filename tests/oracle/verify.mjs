#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// A second verifier of packed images, written from docs/protocol.md, "Packed image file", and with nothing of nbota, so
// that document and code can be held against each other. Ed25519 and SHA-256 are those of Node.js, 18 or newer.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `usage: verify.mjs [--key PEM]… FILE…
       verify.mjs --node HARDWARE [--key PEM]… [--counter N] [--revoked MASK] FILE…

Says of each packed image 'good' or the first thing that is wrong: what is wrong
for all nodes, as 'nbota image verify' does, or for a certain one. Ends with
status 0 when all are good, 1 when one is not, 2 when it was not understood.

  -k, --key PEM        a trusted key, public or private; the first one is key 0.
                       Without one no signature is looked at
      --node HARDWARE  judge as a node of this hardware id does
      --counter N      its security counter; default 0
      --revoked MASK   bit n: it does not trust key n any more; default 0

example: verify.mjs --key release.pem.pub s31-nb-v1.1.0.packed.bin`;

export const PIECE = 1024;
export const PAGE = 4096;
export const SLOT = { begin: 0x08007800, size: 122880 };
export const MANIFEST = { begin: 0x20, digest: 0x5c, keyId: 0x7c, signature: 0x84, end: 0xc4 };
export const INFO = { begin: 0xc0, size: 0xf0, crc32: 0xf8, end: 0xfc };
const SRAM = { begin: 0x20000000, end: 0x20005000 };
const BG95_PRODUCTS = [0x43, 0x44, 0x45, 0x49, 0x4a, 0x4b, 0x4d, 0x4f]; // of 0x40..0x50; the others are BC660K-GL
const NOT_IN_TEXTS = '{},":;]\\';

// ---- sums ----

const crcTable = Uint32Array.from({ length: 256 }, (_, value) => {
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
});

export function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

export const keyId = (publicKey) => sha256(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)).subarray(0, 8);

// ---- what the file says ----

class Wrong extends Error {}
function demand(holds, verdict) {
    if (!holds) throw new Wrong(verdict);
}

// Header page and image, without the CRCs of the pieces.
export function unpack(file) {
    const rest = file.length % (PIECE + 4);
    demand(rest === 0 || rest > 4, 'SIZE');
    const pieces = [];
    for (let begin = 0; begin < file.length; begin += PIECE + 4) {
        const chunk = file.subarray(begin, begin + PIECE + 4);
        const piece = chunk.subarray(0, -4);
        demand(chunk.readUInt32LE(piece.length) === crc32(piece), 'PIECE');
        pieces.push(piece);
    }
    const whole = Buffer.concat(pieces);
    demand(whole.length > PAGE && whole.length <= PAGE + SLOT.size, 'SIZE');
    return whole;
}

function readHeader(whole) {
    const header = { size: whole.readUInt32LE(13), crc32: whole.readUInt32LE(17) };
    demand(whole.readUInt32LE(0) === 0xa8404166 && header.size >= 1 && header.size <= SLOT.size, 'CONTAINER');
    demand(header.size === whole.length - PAGE, 'SIZE');
    return header;
}

// A text up to its zero, null without one.
function text(bytes) {
    const end = bytes.indexOf(0);
    return end < 0 ? null : bytes.toString('latin1', 0, end);
}

const isPadded = (bytes) => text(bytes) !== null && bytes.subarray(bytes.indexOf(0)).every((byte) => byte === 0);

function readManifest(whole) {
    if (whole.toString('latin1', 0x20, 0x24) !== 'nbMF') return null;
    const [title, version] = [whole.subarray(0x28, 0x3c), whole.subarray(0x3c, 0x4c)];
    demand(whole[0x24] === 1 && (whole[0x25] & ~1) === 0 && isPadded(title) && isPadded(version), 'MANIFEST');
    return {
        product: whole[0x26],
        hardware: whole[0x27],
        title: text(title),
        version: text(version),
        loadAddress: whole.readUInt32LE(0x4c),
        size: whole.readUInt32LE(0x50),
        counter: whole.readUInt32LE(0x54),
        sha256: whole.subarray(MANIFEST.digest, MANIFEST.keyId),
        keyId: whole.subarray(MANIFEST.keyId, MANIFEST.signature),
        signature: whole.subarray(MANIFEST.signature, MANIFEST.end),
        signed: whole.subarray(MANIFEST.begin, MANIFEST.keyId),
    };
}

// Null without an info block.
function readInfo(image) {
    if (image.length < INFO.end || image.toString('latin1', 0xc0, 0xc4) !== 'nbIN') return null;
    const info = {
        product: image[0xc5],
        hardware: image[0xc6],
        title: text(image.subarray(0xc8, 0xdc)),
        version: text(image.subarray(0xdc, 0xec)),
        loadAddress: image.readUInt32LE(0xec),
        size: image.readUInt32LE(INFO.size),
        counter: image.readUInt32LE(0xf4),
    };
    const isSummed = crc32(image.subarray(INFO.begin, INFO.crc32)) === image.readUInt32LE(INFO.crc32);
    info.isWhole = isSummed && image[0xc4] === 1 && !!info.title && !!info.version && info.size === image.length;
    return info;
}

// ---- what a node asks ----

function checkSignature(manifest, node) {
    demand(manifest && manifest.keyId.some((byte) => byte !== 0), 'UNSIGNED');
    const number = node.keys.findIndex((key) => keyId(key).equals(manifest.keyId));
    demand(number >= 0, 'UNKNOWN_KEY');
    demand(((node.revoked >>> number) & 1) === 0, 'REVOKED_KEY');
    demand(verify(null, manifest.signed, node.keys[number], manifest.signature), 'SIGNATURE');
}

function checkManifest(manifest, header, node) {
    demand(manifest.hardware === node.hardware, 'HARDWARE');
    demand(manifest.loadAddress === SLOT.begin, 'ADDRESS');
    demand(manifest.counter >= node.counter, 'COUNTER');
    demand(manifest.size === header.size, 'CHECKSUM');
}

function checkStart(image, end) {
    demand(image.length >= 8, 'START');
    const [stack, reset] = [image.readUInt32LE(0), image.readUInt32LE(4)];
    demand(stack > SRAM.begin && stack <= SRAM.end && stack % 4 === 0, 'START');
    demand(reset % 2 === 1 && reset >= SLOT.begin && reset < SLOT.begin + end, 'START');
}

function checkContent(image, header, manifest) {
    demand(crc32(image) === header.crc32, 'CHECKSUM');
    demand(!manifest || manifest.sha256.equals(sha256(image)), 'CHECKSUM');
}

function checkAsNode(whole, node) {
    const header = readHeader(whole);
    const manifest = readManifest(whole);
    const image = whole.subarray(PAGE);
    if (node.keys.length > 0) checkSignature(manifest, node);
    if (manifest) checkManifest(manifest, header, node);
    checkStart(image, SLOT.size);
    const info = readInfo(image);
    const isMine = !info || (info.isWhole && info.hardware === node.hardware && info.loadAddress === SLOT.begin);
    demand(isMine, 'HARDWARE');
    checkContent(image, header, manifest);
}

// ---- what 'nbota image verify' asks ----

function checkText(text, longest) {
    const isPlain = [...text].every((letter) => letter > ' ' && letter < '\x7f' && !NOT_IN_TEXTS.includes(letter));
    demand(text.length <= longest && isPlain, 'NAME');
}

function checkInfo(info) {
    demand(info.isWhole && info.loadAddress === SLOT.begin, 'INFO');
    const isKnown = info.product >= 0x40 && info.product <= 0x50;
    demand(!isKnown || info.hardware === (BG95_PRODUCTS.includes(info.product) ? 2 : 1), 'INFO');
    checkText(info.title, 19);
    checkText(info.version, 14);
}

function checkAgreement(manifest, info) {
    const same = ['product', 'hardware', 'title', 'version', 'loadAddress', 'size'];
    demand(same.every((field) => manifest[field] === info[field]) && manifest.counter >= info.counter, 'AGREEMENT');
}

function checkForAll(whole, keys) {
    const header = readHeader(whole);
    const manifest = readManifest(whole);
    const image = whole.subarray(PAGE);
    checkStart(image, image.length);
    const info = readInfo(image);
    if (info) checkInfo(info);
    if (info && manifest) checkAgreement(manifest, info);
    demand(!manifest || manifest.loadAddress === SLOT.begin, 'ADDRESS');
    demand(!manifest || manifest.size === header.size, 'CHECKSUM');
    checkContent(image, header, manifest);
    if (keys.length > 0) checkSignature(manifest, { keys, revoked: 0 });
}

// ---- judgement ----

function judge(file, check) {
    try {
        check(unpack(file));
        return 'GOOD';
    } catch (error) {
        if (error instanceof Wrong) return error.message;
        throw error;
    }
}

// What a node says: a name of the document's table. SIZE and PIECE: the file is damaged, and no node would ever hold it.
// `node`: {hardware, counter, revoked, keys}, keys being an array of KeyObject.
export const judgeAsNode = (file, node) => judge(file, (whole) => checkAsNode(whole, node));
// What is wrong whatever the node; its names are of this file alone.
export const judgeForAll = (file, keys) => judge(file, (whole) => checkForAll(whole, keys));

function number(text) {
    const value = Number(text);
    if (!(value >= 0 && value <= 0xffffffff && Number.isInteger(value))) throw new Error(`'${text}' is no number`);
    return value;
}

function readArguments() {
    const { values, positionals } = parseArgs({
        allowPositionals: true,
        options: {
            key: { type: 'string', short: 'k', multiple: true, default: [] },
            node: { type: 'string' },
            counter: { type: 'string', default: '0' },
            revoked: { type: 'string', default: '0' },
            help: { type: 'boolean', short: 'h' },
        },
    });
    if (!values.help && positionals.length === 0) throw new Error('no file; try --help');
    return { ...values, files: positionals, keys: values.key.map((file) => createPublicKey(readFileSync(file))) };
}

function main() {
    const { help, files, keys, node, counter, revoked } = readArguments();
    if (help) return console.log(usage);
    const me = node && { hardware: number(node), counter: number(counter), revoked: number(revoked), keys };
    for (const name of files) {
        const file = readFileSync(name);
        const verdict = me ? judgeAsNode(file, me) : judgeForAll(file, keys);
        console.log(`${name}: ${verdict === 'GOOD' ? 'good' : verdict}`);
        if (verdict !== 'GOOD') process.exitCode = 1;
    }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    try {
        main();
    } catch (error) {
        console.error(`verify.mjs: ${error.message}`);
        process.exitCode = 2;
    }
}
