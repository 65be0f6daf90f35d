// SPDX-License-Identifier: Apache-2.0
// verify.mjs and nbota judge the same packed images: golden ones, freshly signed ones, and a few thousand that something
// is wrong with. From the environment: NBOTA the command, NBOTA_JUDGES the two programs of judge.c (without keys, with
// those of keys_two.c), NBOTA_SEED the seed of the changes.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import * as images from './images.mjs';
import { judgeAsNode, judgeForAll } from './verify.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const VERIFY = join(HERE, 'verify.mjs');
const NBOTA = process.env.NBOTA;
const [KEYLESS, KEYED] = process.env.NBOTA_JUDGES.split(':');
const SEED = Number(process.env.NBOTA_SEED ?? 1);
const MUTANTS = { keyed: 1300, keyless: 750 };
const EVERY_VERDICT = ['CONTAINER', 'MANIFEST', 'UNSIGNED', 'UNKNOWN_KEY', 'REVOKED_KEY', 'SIGNATURE', 'HARDWARE',
    'ADDRESS', 'COUNTER', 'CHECKSUM', 'START', 'GOOD'];
const NEEDS_KEYS = ['UNSIGNED', 'UNKNOWN_KEY', 'REVOKED_KEY', 'SIGNATURE'];

const keyFiles = [1, 2, 3].map((n) => join(HERE, `../keys/rfc8032-test-${n}.pem`));
const keys = keyFiles.map(images.readKey);
const golden = ['signed', 'unsigned'].map((name) => join(HERE, `../golden/manifest/${name}.packed.bin`));
const folder = mkdtempSync(join(tmpdir(), 'verify-'));
process.on('exit', (code) => code === 0 && rmSync(folder, { recursive: true }));

const status = (program, ...words) => spawnSync(program, words, { stdio: 'ignore' }).status;
const nbota = (...words) => execFileSync(NBOTA, words, { stdio: ['ignore', 'ignore', 'inherit'] });

function write(name, bytes) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
}

// ---- whole commands ----

// Each as a process of its own, as a person calls it.
function expectSameStatus(path, key, expected) {
    const option = key === undefined ? [] : ['--key', keyFiles[key]];
    assert.equal(status(NBOTA, 'image', 'verify', path, ...option), expected, `nbota, ${path}, key ${key}`);
    assert.equal(status(process.execPath, VERIFY, path, ...option), expected, `verify.mjs, ${path}, key ${key}`);
}

test('the golden files are good for all, and the signed one for its key alone', () => {
    for (const [path, isSigned] of [[golden[0], true], [golden[1], false]]) {
        expectSameStatus(path, undefined, 0);
        expectSameStatus(path, 0, isSigned ? 0 : 1);
        expectSameStatus(path, 1, 1);
    }
    expectSameStatus(write('no-image', Buffer.from('no image')), undefined, 1);
});

test('what nbota signs is good for the verifier', () => {
    const plain = write('plain.bin', images.makeImage(122880, true));
    const packed = join(folder, 'nbota.packed.bin');
    nbota('image', 'pack', plain, '-o', packed);
    expectSameStatus(packed, 1, 1);
    nbota('image', 'sign', packed, '--key', keyFiles[1], '--counter', '3', '--raise', '--revoke', '0');
    expectSameStatus(packed, 1, 0);
    assert.equal(judgeAsNode(readFileSync(packed), { hardware: 1, counter: 3, revoked: 1, keys: trusted }), 'GOOD');
    assert.equal(judgeAsNode(readFileSync(packed), { hardware: 1, counter: 4, revoked: 1, keys: trusted }), 'COUNTER');
});

test('what is signed after the document is good for nbota', () => {
    const draft = images.makeDraft(images.makeImage(5000, true), keys[0]);
    expectSameStatus(write('ours.packed.bin', images.draftToFile(draft)), 0, 0);
});

test('the verifier tells what it was asked wrongly from a bad file', () => {
    assert.equal(status(process.execPath, VERIFY), 2);
    assert.equal(status(process.execPath, VERIFY, '--node', 'x', golden[0]), 2);
    assert.equal(status(process.execPath, VERIFY, '--help'), 0);
});

// ---- thousands ----

const trusted = keys.slice(0, 2).map((key) => key.open); // as keys_two.c

const bases = [
    ...golden.map((path) => () => images.draftOfFile(readFileSync(path), keys[0])),
    ...[252, 1000, 1024, 3001].map((size) => (signer) => images.makeDraft(images.makeImage(size, true), signer)),
    (signer) => images.makeDraft(images.makeImage(1500, false), signer),
    (signer) => {
        const draft = images.makeDraft(images.makeImage(900, true), signer);
        images.changes['no info block'](draft);
        images.mend(draft, images.MENDS);
        return draft;
    },
];
const pick = (list, random) => list[random(list.length)];

// Changes are drawn by their kind first, so that the few of a kind are not lost among the many of another.
function applySome(kind, draft, random, names) {
    const name = pick(Object.keys(kind), random);
    names.push(name);
    return kind[name](draft, random, keys);
}

function makeMutant(random) {
    const names = [];
    const signer = pick([keys[0], keys[0], keys[1], keys[2]], random);
    const draft = pick(bases, random)(signer);
    applySome(images.changes, draft, random, names);
    const mended = random(images.MENDS + 1);
    images.mend(draft, mended);
    if (random(3) === 0) applySome(images.signatureChanges, draft, random, names);
    if (random(3) === 0) applySome(images.nodeChanges, draft, random, names);
    let file = images.draftToFile(draft);
    if (random(8) === 0) file = applySome(images.fileChanges, file, random, names);
    const key = pick([undefined, 0, 0, 1], random);
    return { file, node: { hardware: 1, ...draft.node }, key, what: `${names.join(', ')}; ${mended} mended` };
}

function askNbota(judge, mutants, name) {
    mkdirSync(join(folder, name));
    const lines = mutants.map(({ file, node, key }, i) => {
        const path = write(`${name}/${i}.bin`, file);
        return `${path} ${node.counter} ${node.revoked} ${key === undefined ? '-' : keyFiles[key]}\n`;
    });
    return execFileSync(judge, { input: lines.join(''), encoding: 'utf8' }).trim().split('\n').map((line) => line.split(' '));
}

// Of a damaged file a node says nothing: it asks for the piece once more, or has refused the size.
const isHeldByNode = (verdict) => verdict !== 'PIECE' && verdict !== 'SIZE';

// What is good for all would be taken by a node without keys of the hardware that one of the blocks names.
function somebodyTakes(file) {
    const boards = [file[0x27], file[4 * 1028 + 0xc6]];
    return boards.some((hardware) => judgeAsNode(file, { hardware, counter: 0, revoked: 0, keys: [] }) === 'GOOD');
}

function compare(mutant, nodeKeys, [verdict, verify, inspect], where) {
    const ours = judgeAsNode(mutant.file, { ...mutant.node, keys: nodeKeys });
    const verifyOurs = judgeForAll(mutant.file, mutant.key === undefined ? [] : [keys[mutant.key].open]);
    const inspectOurs = judgeForAll(mutant.file, []);
    const about = `${where}: ${mutant.what}`;
    if (isHeldByNode(ours)) assert.equal(verdict, ours, `node, ${about}`);
    assert.equal(Number(verify), verifyOurs === 'GOOD' ? 0 : 1, `image verify, ${verifyOurs}, ${about}`);
    assert.equal(Number(inspect), inspectOurs === 'GOOD' ? 0 : 1, `image inspect, ${inspectOurs}, ${about}`);
    if (inspectOurs === 'GOOD') assert.ok(somebodyTakes(mutant.file), `no node takes ${about}`);
    return ours;
}

function judgeAlike(name, judge, nodeKeys, expected) {
    const random = images.makeRandom(SEED + nodeKeys.length);
    const mutants = Array.from({ length: MUTANTS[name] }, () => makeMutant(random));
    const answers = askNbota(judge, mutants, name);
    const counts = {};
    mutants.forEach((mutant, i) => {
        const verdict = compare(mutant, nodeKeys, answers[i], join(folder, name, `${i}.bin`));
        counts[verdict] = (counts[verdict] ?? 0) + 1;
    });
    console.log(`${name}: seed ${SEED}, ${mutants.length} files:`, counts);
    for (const verdict of expected) assert.ok(counts[verdict] > 0, `no file came to ${verdict}`);
}

test('a node that trusts keys gives changed files the verdicts of the verifier', () => {
    judgeAlike('keyed', KEYED, trusted, EVERY_VERDICT);
});

test('a node without keys gives changed files the verdicts of the verifier', () => {
    judgeAlike('keyless', KEYLESS, [], EVERY_VERDICT.filter((verdict) => !NEEDS_KEYS.includes(verdict)));
});
