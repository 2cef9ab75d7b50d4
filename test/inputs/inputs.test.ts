import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/inputs/input-error.ts';
import { loadAttestations, loadControls, loadPolicies, loadWaivers, loadWorkload } from '../../src/inputs/load.ts';
import { parseYaml } from '../../src/inputs/yaml-file.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const file = join(home, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
};

/** The first problem as `file:line:column message`, with the folder taken off. */
async function problemOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InputError)) throw new Error(`no InputError: ${String(error)}`);
  return error.message.replaceAll(`${home}/`, '');
}

describe('YAML', () => {
  it.each([
    ['a: 1\n b: 2\n', /^f\.yaml:1:4 /],
    ['a: 1\na: 2\n', /^f\.yaml:2:1 .*unique/],
    ['a: &x 1\nb: *x\n', /^f\.yaml:1:\d+ anchors and aliases/],
    ['a: 1\n---\nb: 2\n', /several documents/],
    ['__proto__: { a: 1 }\n', /^f\.yaml:1:1 the key __proto__ is not allowed/],
    ['', /the file is empty/],
    [`${'['.repeat(200)}${']'.repeat(200)}`, /nested too deeply/],
    [`a: "${'x'.repeat(3 * 1024 * 1024)}"`, /larger than 2 MiB/],
  ])('%j is refused with its place', (text, expected) => {
    expect(() => parseYaml(text, 'f.yaml')).toThrow(expected);
  });

  it('keeps on and no as text, as PostgreSQL writes its values', () => {
    expect(parseYaml('a: on\nb: no\nc: true\n', 'f').value).toEqual({ a: 'on', b: 'no', c: true });
  });

  it('points from a line inside a block text to the line of the file', () => {
    const yaml = parseYaml('kind: x\nquery: |\n  first\n    second\n', 'f');
    expect(yaml.placeInText(['query'], 2, 3)).toEqual({ line: 4, column: 5 });
  });
});

const workload = (text: string): string =>
  write('assay.yaml', `apiVersion: assay/v1\nkind: Workload\nmetadata: { id: w }\n${text}`);

describe('a workload declaration', () => {
  it.each([
    [
      'environments: { dev: { class: staging } }\n',
      /^assay\.yaml:4:31 environments\.dev\.class must be one of dev, test, uat, prod/,
    ],
    [
      'environments: {}\nenviroments: {}\n',
      /^assay\.yaml:5:14 enviroments is not a known key \[schema\]\n {4}Did you mean environments\?/,
    ],
    ['environments: { dev: { class: dev, scopes: [rg-dev] } }\n', /must look like .*subscriptions/],
    [
      'environments: { dev: { class: dev, recovery: { rpo: 1 hour } } }\n',
      /must be a duration such as P90D, and is "1 hour"/,
    ],
    ['tenant: yes\nenvironments: {}\n', /must be a UUID/],
  ])('%j is refused with place and remedy', async (text, expected) => {
    expect(await problemOf(loadWorkload(workload(text)))).toMatch(expected);
  });

  it('that is missing is an error, not an empty declaration', async () => {
    expect(await problemOf(loadWorkload(join(home, 'none.yaml')))).toMatch(/^none\.yaml does not exist/);
  });
});

describe('folders', () => {
  it.each([
    ['policies', loadPolicies],
    ['controls', loadControls],
    ['waivers', loadWaivers],
    ['attestations', loadAttestations],
  ] as const)('%s that are missing or empty are an error', async (name, load) => {
    expect(await problemOf(load(join(home, name)))).toMatch(/does not exist/);
    mkdirSync(join(home, name));
    expect(await problemOf(load(join(home, name)))).toMatch(/holds no/);
  });

  it('tell what is wrong with every file at once', async () => {
    write('policies/a.yaml', 'kind: [\n');
    write('policies/b.yaml', 'b: 1\nb: 2\n');
    expect((await problemOf(loadPolicies(join(home, 'policies')))).split('\n').length).toBeGreaterThanOrEqual(2);
  });
});

const waiver = (more: string): string =>
  `apiVersion: assay/v1\nkind: Waiver\nmetadata: { id: W-1 }\npolicy: st-min-tls\nscope: { subjects: ['/subscriptions/1/x'] }\nreason: long enough to be a reason\nrisk: low\nrequestedBy: a@provider.example\napprovedBy: b@customer.example\napprovedOn: 2026-11-02\n${more}`;

describe('waivers and attestations', () => {
  it.each([
    ['expires: 31-01-2027\n', /W-1\.yaml:11:10 expires must be a day such as 2026-11-02, and is "31-01-2027"/],
    ['', /lacks expires/],
    ['expires: 2027-01-31\nexpiers: x\n', /Did you mean expires/],
  ])('a malformed waiver (%j) is refused before anything is collected', async (more, expected) => {
    write('waivers/W-1.yaml', waiver(more));
    expect(await problemOf(loadWaivers(join(home, 'waivers')))).toMatch(expected);
  });

  it('two waivers with one id are refused', async () => {
    write('waivers/a.yaml', waiver('expires: 2027-01-31\n'));
    write('waivers/b.yaml', waiver('expires: 2027-01-31\n'));
    expect(await problemOf(loadWaivers(join(home, 'waivers')))).toMatch(
      /b\.yaml:3:\d+ the id W-1 is used twice; also in .*a\.yaml/,
    );
  });

  it('evidence outside the folder of the attestation is refused: it would be copied into a bundle', async () => {
    write(
      'attestations/A-1.yaml',
      `apiVersion: assay/v1\nkind: Attestation\nmetadata: { id: A-1 }\nitem: c@1#I\nenvironments: [prod]\nstatement: yes\ntext: rehearsed and written down\nattester: { name: Custodian, role: customer }\nassessedOn: 2026-11-01\nvalidUntil: 2026-12-01\nevidence: [{ file: ../secret, sha256: ${'a'.repeat(64)} }]\n`,
    );
    expect(await problemOf(loadAttestations(join(home, 'attestations')))).toMatch(
      /^attestations\/A-1\.yaml:11:\d+ \.\.\/secret lies outside/,
    );
  });
});
