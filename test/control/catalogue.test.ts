import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ControlCatalog } from '../../src/control/catalogue.schema.ts';
import {
  catalogueFaults,
  findSubcategory,
  functionOf,
  groupOf,
  statementItem,
  strengthOf,
  subcategoryReference,
} from '../../src/control/catalogue.ts';
import { assessabilities, subcategoryStatuses } from '../../src/control/framework.ts';
import { InputError } from '../../src/inputs/input-error.ts';
import { loadControlFolder } from '../../src/inputs/load.ts';

const text = readFileSync('controls/nist-ai-rmf.yaml', 'utf8');

let shipped: ControlCatalog;
beforeAll(async () => {
  const { catalogue } = await loadControlFolder('controls');
  if (catalogue === null) throw new Error('controls/ holds no catalogue');
  shipped = catalogue.value;
});

describe('the catalogue that comes with assay', () => {
  test('has the 72 subcategories of the AI RMF core in 19 groups of four functions', () => {
    const per = (name: string) => shipped.controls.filter((entry) => functionOf(entry) === name).length;
    expect(shipped.functions.map(({ id }) => [id, per(id)])).toEqual([
      ['GOVERN', 19],
      ['MAP', 18],
      ['MEASURE', 22],
      ['MANAGE', 13],
    ]);
    expect(shipped.controls).toHaveLength(72);
    expect(new Set(shipped.controls.map(groupOf)).size).toBe(19);
  });

  test('numbers the subcategories of each group from 1 without a gap', () => {
    for (const { id: group } of shipped.groups) {
      const numbers = shipped.controls
        .filter((entry) => groupOf(entry) === group)
        .map(({ id }) => Number(id.slice(group.length + 1)));
      expect(numbers, group).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  test('lets evidence alone support nothing that people must decide', () => {
    for (const entry of shipped.controls) {
      const counts = ['direct', 'supporting'].includes(strengthOf(entry));
      expect(counts, entry.id).toBe(entry.assessability !== 'manual');
      if (entry.assessability === 'manual') expect(entry.ceiling, entry.id).not.toBe('supported');
    }
  });

  test('has a status list without a pass, worst first, and a notice that it is not NIST who speaks', () => {
    expect(subcategoryStatuses).toEqual([
      'not-supported',
      'supported-with-gaps',
      'unknown',
      'attestation-needed',
      'attested-only',
      'supported',
      'not-assessed',
    ]);
    expect(assessabilities).toEqual(['manual', 'partial', 'automated']);
    expect(shipped.notice).toMatch(/Not endorsed by NIST/);
  });
});

describe('a subcategory is found', () => {
  test.each([
    ['GOVERN 1.1', 'GOVERN 1.1'],
    ['GOVERN-1.1', 'GOVERN 1.1'],
    ['govern 1.1', 'GOVERN 1.1'],
    ['GV-1.1', 'GOVERN 1.1'],
    ['gv 1.1', 'GOVERN 1.1'],
    ['NIST_AI_RMF_v1.0_1.1.1', 'GOVERN 1.1'],
    ['nist-ai-rmf@1.0#GOVERN 1.1', 'GOVERN 1.1'],
    ['MP-5.2', 'MAP 5.2'],
    ['MS-2.7', 'MEASURE 2.7'],
    ['  measure--2.13 ', 'MEASURE 2.13'],
    ['MG-4.3', 'MANAGE 4.3'],
  ])('as %j', (written, id) => {
    expect(findSubcategory(shipped, written)?.id).toBe(id);
  });

  test.each(['GOVERN 1', 'GOVERN 1.8', 'GV1.1', 'MS 27', 'nist-ai-rmf@2.0#GOVERN 1.1', '1.1', '', 'constructor'])(
    'and not as %j',
    (written) => {
      expect(findSubcategory(shipped, written)).toBeUndefined();
    },
  );

  test('under no name that another one has', () => {
    for (const entry of shipped.controls) {
      const [name = '', number] = entry.id.split(' ');
      const aliases = shipped.functions.find(({ id }) => id === name)?.aliases ?? [];
      for (const alias of aliases.filter((one) => one.length === 2))
        expect(findSubcategory(shipped, `${alias}-${number}`)?.id).toBe(entry.id);
      expect(findSubcategory(shipped, subcategoryReference(shipped, entry))?.id).toBe(entry.id);
    }
  });

  test('as an item whose statement every class of environment needs, for a year at most', () => {
    const entry = findSubcategory(shipped, 'MS-2.7');
    if (entry === undefined) throw new Error('MEASURE 2.7 is missing');
    expect(statementItem(shipped, entry)).toMatchObject({
      id: 'MEASURE 2.7',
      policies: [],
      attestation: { required: { dev: true, test: true, uat: true, prod: true }, maxAge: 'P1Y', by: 'both' },
    });
  });
});

describe('a catalogue that is not what it says of itself', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  /** The message of the refusal, the folder taken off. */
  async function refusal(changed: string): Promise<string> {
    if (changed === text) throw new Error('the change changed nothing');
    writeFileSync(join(home, 'c.yaml'), changed);
    const error = await loadControlFolder(home).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof InputError)) throw new Error(`no InputError: ${String(error)}`);
    return error.message.replaceAll(`${home}/`, '');
  }

  /** Line and column, from 1, of a text in the changed file. */
  const placeOf = (changed: string, part: string): string => {
    const before = changed.slice(0, changed.indexOf(part)).split('\n');
    return `c.yaml:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  };

  const lastEntry = /\n {2}- id: MANAGE 4\.3\n[\s\S]*$/;

  test('a subcategory that was lost is told three times, each with its place', async () => {
    const changed = text.replace(lastEntry, '\n');
    const message = await refusal(changed);
    const controls = placeOf(changed, '72\n');
    expect(message).toContain(`${controls} expect.controls: 72 expected, 71 found [reference]`);
    expect(message).toContain(
      `${placeOf(changed, '13 }')} expect.perFunction.MANAGE: 13 expected, 12 found [reference]`,
    );
    expect(message).toMatch(/expect\.assessability\.partial: 22 expected, 21 found/);
  });

  test('a subcategory that stands twice is told by its id and the place of the second', async () => {
    const entry = lastEntry.exec(text)?.[0] ?? '';
    const message = await refusal(`${text.trimEnd()}${entry}`);
    const line = text.trimEnd().split('\n').length + 1;
    expect(message).toContain(`c.yaml:${line}:9 the id MANAGE 4.3 is used twice`);
    expect(message).toMatch(/expect\.controls: 72 expected, 73 found/);
  });

  test.each<[string, (given: string) => string, RegExp]>([
    ['a wrong count of groups', (given) => given.replace('groups: 19', 'groups: 18'), /:\d+:11 expect\.groups: 18/],
    [
      'a function that counts none of its subcategories',
      (given) => given.replace('{ GOVERN: 19, MAP: 18', '{ GOVERN: 19, MAPP: 18'),
      /expect\.perFunction\.MAPP: 18 expected, 0 found[\s\S]*expect\.perFunction\.MAP: 0 expected, 18 found/,
    ],
    [
      'a function that nothing belongs to',
      (given) => given.replace('functions:\n', 'functions:\n  - { id: MEND, title: None of ours, aliases: [MD] }\n'),
      /c\.yaml:\d+:\d+ functions: 4 expected, 5 found/,
    ],
    [
      'a group of a function that is none',
      (given) => given.replace('parent: GOVERN', 'parent: GOVERNS'),
      /GOVERN 1 does not belong to a function GOVERNS/,
    ],
    [
      'a group below the wrong function',
      (given) => given.replace('{ id: MAP 1, parent: MAP', '{ id: MAP 1, parent: MANAGE'),
      /MAP 1 does not belong to a function MANAGE/,
    ],
    [
      'a subcategory whose group is missing',
      (given) => given.replace(/ {2}- \{ id: MANAGE 4, .*\n/, ''),
      /MANAGE 4\.1 belongs to no group; MANAGE 4 is missing/,
    ],
    [
      'a manual outcome with evidence that would count',
      (given) => given.replace('- strength: context', '- strength: direct'),
      /c\.yaml:\d+:\d+ GOVERN 1\.1 is manual, and its evidence is more than context; only people decide/,
    ],
    [
      'a partial outcome without evidence that counts',
      (given) => given.replace('assessability: manual', 'assessability: partial'),
      /GOVERN 1\.1 is partial, and no evidence of it is direct or supporting/,
    ],
    [
      'evidence that names nothing',
      (given) => given.replace(/(- strength: context)\n +topics: .*/, '$1'),
      /names neither topics nor processEvidence/,
    ],
    [
      'a ceiling that is a pass',
      (given) => given.replace('ceiling: attestation-needed', 'ceiling: pass'),
      /c\.yaml:\d+:\d+ controls\.0\.ceiling must be one of attestation-needed, supported \[schema\]/,
    ],
    [
      'process evidence that assay does not have',
      (given) => given.replace("'remediation plan'", "'repair plan'").replace('remediation plan', 'repair plan'),
      /processEvidence\.\d+ must be one of attestations current/,
    ],
    [
      'a key that is misspelt',
      (given) => given.replace('assessability: manual', 'assesability: manual'),
      /controls\.0\.assesability is not a known key \[schema\]\n {4}Did you mean assessability\?/,
    ],
  ])('%s is refused with its place', async (_, change, message) => {
    const refused = await refusal(change(text));
    expect(refused).toMatch(message);
    expect(refused).toMatch(/^c\.yaml:\d+:\d+ /);
  });

  test('a second catalogue in the folder is refused: which one would count?', async () => {
    writeFileSync(join(home, 'a.yaml'), text);
    writeFileSync(join(home, 'b.yaml'), text.replace("version: '1.0'", "version: '2.0'"));
    await expect(loadControlFolder(home)).rejects.toThrow(/a folder of controls holds one catalogue; another is /);
  });

  test('a sound one has no fault', () => {
    expect(catalogueFaults(shipped)).toEqual([]);
  });
});
