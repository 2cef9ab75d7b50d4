import { describe, expect, test } from 'vitest';
import type { AssessedFinding, ItemAssessment, ItemAttestation, ItemPolicy } from '../../src/control/assessment.ts';
import type { Step } from '../../src/remediate/step.ts';
import { type GapItem, gapItems } from '../../src/report/gap.ts';
import { reportModel } from '../../src/report/model.ts';
import { reportMarkdown } from '../../src/report/report-markdown.ts';
import { control, failing, input, item, step, unknown, vault, withFindings } from './support/estate.ts';
import { reportFrom, shippedProfile } from './support/report.ts';

const itemPolicy = (over: Partial<ItemPolicy> = {}): ItemPolicy => ({
  policy: 'pg-cmk-enabled',
  role: 'required',
  inPack: true,
  ...{ pass: 0, fail: 0, waived: 0, unknown: 0, notApplicable: 0 },
  ...over,
});

const statement = (over: Partial<ItemAttestation> = {}): ItemAttestation => ({
  question: 'Was it\n  rehearsed?',
  by: 'customer',
  state: 'missing',
  attestation: null,
  validUntil: null,
  because: 'prod: no statement',
  ...over,
});

interface Given {
  readonly item?: Partial<ItemAssessment>;
  readonly findings?: readonly AssessedFinding[];
  readonly steps?: readonly Step[];
  readonly classes?: ReadonlyMap<string, readonly ('dev' | 'test' | 'uat' | 'prod')[]>;
}

const inputOf = ({ item: over = {}, findings = [], steps = [] }: Given) => {
  const given = withFindings(findings, { plan: { steps, counts: {} } });
  const controls = [control('C-1', [item('C-1.1', { policies: [itemPolicy()], ...over })])];
  return { ...given, assessment: { ...given.assessment, controls } };
};

function gap(given: Given): GapItem {
  const [only] = gapItems({ model: reportModel(inputOf(given)), classes: given.classes ?? new Map() });
  if (only === undefined) throw new Error('there is no item');
  return only;
}

describe('an item is ready', () => {
  test.each<[string, Partial<ItemAssessment>, boolean, RegExp]>([
    ['where it is met', { status: 'met' }, true, /^Every required policy passes and no statement is open\.$/],
    [
      'where what fails is waived, which must be explained',
      { status: 'met-with-waivers', because: '1 fail waived, the rest as expected' },
      true,
      /^Waivers must be shown and explained: 1 fail waived, the rest as expected\.$/,
    ],
    [
      'where there is nothing to show',
      { status: 'not-applicable', because: 'no subject was found, and none is expected' },
      true,
      /^Nothing to show: no subject was found/,
    ],
    [
      'and not where one fails',
      { status: 'not-met', because: '1 finding failing: x 1' },
      false,
      /^1 finding failing: x 1\.$/,
    ],
    [
      'and not where it is unknown',
      { status: 'unknown', because: '1 finding unknown: access-denied 1' },
      false,
      /unknown/,
    ],
    [
      'and not where a statement is missing',
      { status: 'attestation-needed', because: 'statement missing: prod: no statement' },
      false,
      /^statement missing: prod: no statement\.$/,
    ],
  ])('%s', (_, over, ready, reason) => {
    expect(gap({ item: over })).toMatchObject({ ready, reason: expect.stringMatching(reason) });
  });

  test('by a statement alone says so, and not that policies pass', () => {
    const over = {
      status: 'met' as const,
      because: 'by statement alone: prod: valid until the end of 2027-02-10',
      policies: [],
      attestation: statement({ state: 'valid', validUntil: '2027-02-10' }),
    };
    expect(gap({ item: over })).toMatchObject({
      ready: true,
      reason: 'By statement alone: prod: valid until the end of 2027-02-10.',
      missing: [],
      blocker: null,
    });
  });

  test('with a required policy that the pack does not have does not say that every policy passes', () => {
    const over = {
      status: 'met' as const,
      because: '3 findings as expected; 1 of 2 required policies are not in the pack',
      policies: [itemPolicy({ pass: 3 }), itemPolicy({ policy: 'kv-age', inPack: false })],
    };
    const { ready, reason, missing } = gap({ item: over });
    expect([ready, reason]).toEqual([true, '3 findings as expected; 1 of 2 required policies are not in the pack.']);
    expect(missing).toEqual(['Evidence of your own for what no policy of this pack judges: kv-age.']);
  });
});

describe('what stands between an item and an assessment', () => {
  const fail = failing({ id: 'f-fail', parameters: { minVersion: '16' } });
  const failed = { item: { status: 'not-met' as const, policies: [itemPolicy({ fail: 1, pass: 2 })] } };

  test('is each fail that stands, with its place and its reason; what is required and found beside it', () => {
    expect(gap({ ...failed, findings: [{ finding: fail }] })).toMatchObject({
      gap: ['engram-prod-pg (prod): The server is encrypted with a key of the platform.'],
      required: ['PostgreSQL servers are encrypted with a customer key (minVersion = "16")'],
      found: ['pg-cmk-enabled: 1 fail, 2 pass'],
      missing: [],
    });
  });

  test('is no fail that is waived, that is of an informative policy, or that no policy of it found', () => {
    const waived = { waiver: 'W-1', expires: '2027-01-31' };
    expect(gap({ ...failed, findings: [{ finding: fail, waived }] }).gap).toEqual([]);
    expect(gap({ ...failed, findings: [{ finding: failing({ id: 'x', policy: 'other' }) }] }).gap).toEqual([]);
    const informative = { ...failed.item, policies: [itemPolicy({ role: 'informative', fail: 1 })] };
    const its = gap({ item: informative, findings: [{ finding: fail }] });
    expect(its.gap).toEqual([]);
    expect(its.found).toEqual(['pg-cmk-enabled (informative): 1 fail']);
  });

  test('is no fail of a class that the control does not speak of, and every unknown that belongs nowhere', () => {
    const classes = new Map([['engram-platform@2026.1#C-1', ['prod' as const]]]);
    const dev = failing({ id: 'f-dev', environment: 'dev', class: 'dev' });
    const lost = unknown({ id: 'f-lost', policy: 'pg-cmk-enabled', environment: null, class: 'dev' });
    const found = gap({ ...failed, classes, findings: [{ finding: dev }, { finding: lost }] });
    expect(found.gap).toEqual([]);
    expect(found.missing).toHaveLength(1);
    expect(gap({ ...failed, findings: [{ finding: dev }] }).gap).toHaveLength(1);
  });

  test('says what no policy looked at', () => {
    expect(gap({ item: { policies: [itemPolicy()] } }).found).toEqual(['pg-cmk-enabled: no resource was judged']);
    expect(gap({ item: { status: 'unknown', because: 'no policy', policies: [] } })).toMatchObject({
      required: ['Item C-1.1'],
      found: [],
      missing: ['Technical evidence of your own: no policy judges this item.'],
      blocker: 'No policy of this pack judges it, so only evidence of your own can show it.',
    });
  });
});

describe('what an assessor will ask for', () => {
  test.each<[ItemAttestation['state'], string | null]>([
    ['missing', 'Statement by the customer (prod: no statement): Was it rehearsed?'],
    ['expired', 'Statement by the customer (prod: no statement): Was it rehearsed?'],
    ['said-no', 'Statement by the customer (prod: no statement): Was it rehearsed?'],
    ['evidence-mismatch', 'Statement by the customer (prod: no statement): Was it rehearsed?'],
    ['valid', null],
    ['not-required', null],
  ])('includes a statement that is %s: %j', (state, asked) => {
    const { missing, blocker } = gap({ item: { status: 'attestation-needed', attestation: statement({ state }) } });
    expect(missing).toEqual(asked === null ? [] : [asked]);
    expect(blocker).toBe(asked);
  });

  test('names both parties where both must state it, and the party as an owner', () => {
    const over = { status: 'attestation-needed' as const, attestation: statement({ by: 'both' }) };
    expect(gap({ item: over })).toMatchObject({
      missing: [expect.stringMatching(/^Statement by both parties /)],
      owners: ['customer and provider (statement)', 'security-engineer (owner of the control)'],
    });
  });

  test('includes each read that would settle an unknown, once, with the resources it would settle', () => {
    const of = (name: string) => ({ finding: unknown({ id: name, policy: 'pg-cmk-enabled', name, resource: name }) });
    const over = { status: 'unknown' as const, policies: [itemPolicy({ unknown: 5 })] };
    const { missing, blocker } = gap({ item: over, findings: ['a', 'b', 'c', 'd', 'e'].map(of) });
    const read = `Read microsoft.keyvault/vaults/keys of ${vault} (answered 403 Forbidden): needs Microsoft.KeyVault/vaults/keys/read.`;
    expect(missing).toEqual([`${read} (a, b, c and 2 more)`]);
    expect(blocker).toBe(read);
  });

  test('includes an unknown that was accepted, which holds nothing up', () => {
    const accepted = { waiver: 'U-1', expires: '2027-01-31' };
    const finding = unknown({ id: 'u', policy: 'pg-cmk-enabled' });
    const its = gap({
      item: { status: 'met-with-waivers', because: '1 unknown accepted' },
      findings: [{ finding, accepted }],
    });
    expect(its.missing).toHaveLength(1);
    expect(its.blocker).toBeNull();
  });
});

describe('who must act, how long it takes, and what comes first', () => {
  const findings = [
    { finding: failing({ id: 'f-1' }) },
    { finding: failing({ id: 'f-2', resource: 'r2', name: 'n2' }) },
  ];
  const failed = { item: { status: 'not-met' as const, policies: [itemPolicy({ fail: 2 })] }, findings };
  const free = { approval: 'none' as const, unresolved: [] };

  test('nobody but the owner of the control where nothing is planned', () => {
    expect(gap({ item: { status: 'met' } })).toMatchObject({
      owners: ['security-engineer (owner of the control)'],
      effort: 'no repair step',
      blocker: null,
    });
  });

  test('the steps of the item alone, each owner once', () => {
    const steps = [
      step(1, { finding: 'f-1' }),
      step(2, { finding: 'f-2', effort: 'hours' }),
      step(3, { finding: 'f-3' }),
    ];
    expect(gap({ ...failed, steps })).toMatchObject({
      owners: ['DBA (provider, dba@provider.example)'],
      effort: '2 steps: 1 × days, 1 × hours',
    });
    expect(gap({ ...failed, steps: [step(1, { finding: 'f-1', effort: null })] }).effort).toBe('1 step: not estimated');
  });

  test.each<[string, Partial<Step>, string]>([
    [
      'an approval of the customer',
      {},
      'Step 1 (engram-prod-pg): the customer must approve (a maintenance window and the key), class replace-by-restore.',
    ],
    [
      'a value that is not known',
      { approval: 'none', unresolved: ['vault', 'key'] },
      'Step 1 (engram-prod-pg): values are not known: vault, key.',
    ],
    ['nothing but the doing', free, 'Step 1 (engram-prod-pg) is not done; nothing holds it.'],
  ])('%s is the first blocker', (_, over, blocker) => {
    expect(gap({ ...failed, steps: [step(1, { finding: 'f-1', ...over })] }).blocker).toBe(blocker);
  });

  test('a step that is held comes before one that is free, a repair before a read, a read before a statement', () => {
    const steps = [step(1, { finding: 'f-1', ...free }), step(2, { finding: 'f-2' })];
    expect(gap({ ...failed, steps }).blocker).toMatch(/^Step 2 /);
    const unread = { finding: unknown({ id: 'u', policy: 'pg-cmk-enabled' }) };
    const asked = { ...failed.item, attestation: statement() };
    expect(gap({ item: asked, findings: [...findings, unread], steps }).blocker).toMatch(/^Step 2 /);
    expect(gap({ item: asked, findings: [unread] }).blocker).toMatch(/^Read /);
    expect(gap({ item: asked, findings: [] }).blocker).toMatch(/^Statement by the customer/);
  });
});

describe('the gap report', () => {
  const profile = shippedProfile('gap');
  const text = reportMarkdown(reportFrom(input, { profile }));

  test('counts what is ready, shows every item and says the reason', () => {
    expect(text).toContain('**3 of 6 items ready for an assessment.**');
    for (const { id, items } of reportModel(input).controls)
      for (const one of items) expect(text, id).toContain(one.id.replaceAll('-', '\\-'));
    expect(text).toContain('Unknown is not ready');
    expect(text).toContain('Conflict\\: A statement says yes while pg\\-cmk\\-enabled fails.');
  });

  test('has the plan by party, and what is asked of the customer', () => {
    expect(text).toContain('### What we need from the customer');
    expect(text).toContain('### What the provider does\\: DBA');
    expect(text).toMatch(/Approval, and a maintenance window and the key\\: step 1, 2 \\\(2 steps\\\)/);
  });

  test('cuts a long list in a card and says where the rest is', () => {
    const findings = Array.from({ length: 12 }, (_, index) => ({
      finding: failing({ id: `f-${index}`, name: `server-${index}`, resource: `r-${index}` }),
    }));
    const given = inputOf({ item: { status: 'not-met' }, findings });
    expect(reportMarkdown(reportFrom(given, { profile }))).toContain('and 4 more, in gap.csv and findings.csv');
  });

  test('of no control says so', () => {
    const none = { ...input, assessment: { ...input.assessment, controls: [] } };
    expect(reportMarkdown(reportFrom(none, { profile }))).toContain('No control was selected for this run.');
  });
});
