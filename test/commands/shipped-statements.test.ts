import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAttestations, sha256 } from '../../src/inputs/load.ts';
import { estatePath, type Judged, judgedEstate } from './judged-estate.ts';

const estates = readdirSync('fixtures/estates', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`${estatePath(entry.name)}/attestations`))
  .map((entry) => entry.name);

/** What git would carry to another machine: a file that an ignore rule hides stands here and nowhere else. */
const carried = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'fixtures/estates'], { encoding: 'utf8' })
  .trim()
  .split('\n');

it('estates with statements are shipped, or the rest would show nothing', () => {
  expect(estates).toEqual(expect.arrayContaining(['clean', 'engram']));
});

describe.each(estates)('each evidence file that a statement of the %s estate names', (estate) => {
  it('is there, has the sum that was stated, and is carried by git', async () => {
    const loaded = await loadAttestations(`${estatePath(estate)}/attestations`);
    const named = loaded.flatMap(({ value, evidence }) =>
      (value.evidence ?? []).map(({ file, sha256: stated }) => ({ file, stated, bytes: evidence.get(file) ?? null })),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const { file, stated, bytes } of named) {
      expect(bytes === null ? 'missing' : sha256(bytes), file).toBe(stated);
      expect(carried, file).toContain(relative('.', `${estatePath(estate)}/attestations/${file}`));
    }
  });

  it('is named by some statement: what nobody states proves nothing', async () => {
    const folder = `${estatePath(estate)}/attestations`;
    const named = (await loadAttestations(folder)).flatMap(({ evidence }) => [...evidence.keys()]);
    const found = carried.filter((file) => file.startsWith(`${folder}/`) && !/\.ya?ml$/.test(file));
    expect(found.map((file) => file.slice(folder.length + 1)).toSorted()).toEqual([...new Set(named)].toSorted());
  });
});

describe('the statements of the clean estate', () => {
  let clean: Judged;
  beforeAll(async () => {
    clean = await judgedEstate('clean');
  });

  it('are all valid at its clock', () => {
    const { attestations } = clean.judgement.assessment;
    expect(attestations.length).toBeGreaterThan(0);
    expect(attestations.map(({ id, state, because }) => [id, state, because])).toEqual(
      attestations.map(({ id, validUntil }) => [id, 'valid', `valid until the end of ${validUntil}`]),
    );
  });

  it('answer every question that its controls ask', () => {
    const items = clean.judgement.assessment.controls.flatMap((control) => control.items);
    const asked = items.flatMap(({ id, attestation }) => (attestation === null ? [] : [[id, attestation.state]]));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked).toEqual(asked.map(([id]) => [id, 'valid']));
  });

  it('end: after a year none of them holds', async () => {
    const later = await judgedEstate('clean', [], '2027-11-20T02:00:00Z');
    for (const { id, state } of later.judgement.assessment.attestations) expect([id, state]).toEqual([id, 'expired']);
  });
});
