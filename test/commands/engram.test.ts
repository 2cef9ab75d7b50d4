import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { estatePath, type Judged, judgedEstate } from './judged-estate.ts';

const folder = estatePath('engram');
/** Every deliberate gap, listed by service. */
const pages = readdirSync(`${folder}/gaps`).map((file) => readFileSync(`${folder}/gaps/${file}`, 'utf8'));

/** The rows of the Markdown tables below a heading on every page, cells trimmed. */
function table(heading: string): readonly (readonly string[])[] {
  return pages.flatMap((page) => {
    const part = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    return part
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
  });
}

describe('the engram estate', () => {
  let engram: Judged;
  beforeAll(async () => {
    engram = await judgedEstate('engram');
  });

  it('does not pass exactly where its pages say so, for the reason it says, both ways', () => {
    const declared = Object.fromEntries(
      table('What does not pass').map(([status, policy, name, reason]) => [
        `${policy} ${name}`,
        reason === '' ? status : `${status} (${reason})`,
      ]),
    );
    const found = Object.fromEntries(Object.entries(engram.verdicts).filter(([, verdict]) => verdict !== 'pass'));
    expect(found).toEqual(declared);
  });

  it('has for each policy a trap that passes', () => {
    const traps = table('Traps which must pass');
    const policies = new Set(Object.keys(engram.verdicts).map((key) => key.split(' ')[0]));
    expect(new Set(traps.map(([policy]) => policy))).toEqual(policies);
    for (const [policy, name, trap] of traps) expect(engram.verdicts[`${policy} ${name}`], trap).toBe('pass');
  });

  it('judges every resource that was read by every policy on its type', () => {
    const { snapshot, inputs } = engram.judgement;
    const rowsOf = (type: string): number =>
      ['resources', 'resourcecontainers'].flatMap((name) => [...snapshot.rows(name, [type])]).length;
    const topLevel = inputs.policies.filter(({ subject }) => rowsOf(subject) > 0);
    expect(topLevel.length).toBeGreaterThanOrEqual(8);
    for (const { metadata, subject } of topLevel) {
      const judged = Object.keys(engram.verdicts).filter((key) => key.startsWith(`${metadata.id} `));
      expect(judged.length, metadata.id).toBeGreaterThanOrEqual(rowsOf(subject));
    }
  });

  it('waives one fail and lets it count no more, and ends with 1', () => {
    const waived = engram.judgement.assessment.findings.filter((one) => one.waived !== undefined);
    expect(waived.map(({ finding }) => [finding.policy, finding.name])).toEqual([
      ['st-lifecycle', 'stengramdevrecord'],
    ]);
    expect(engram.outcome).toMatchObject({
      code: 1,
      failing: Object.values(engram.verdicts).filter((v) => v === 'fail').length - 1,
    });
  });

  it('rolls AI-SEC-01 up from five items; a statement alone meets none of them', () => {
    const [control] = engram.judgement.assessment.controls;
    expect(control?.id).toBe('AI-SEC-01');
    expect(control?.status).toBe('not-met');
    expect(control?.items.map(({ id, status }) => [id, status])).toEqual([
      ['AI-SEC-01.1', 'not-met'],
      ['AI-SEC-01.2', 'not-met'],
      ['AI-SEC-01.3', 'not-met'],
      ['AI-SEC-01.4', 'not-met'],
      ['AI-SEC-01.5', 'not-met'],
    ]);
  });

  it('plans a step for every fail, the waived one marked', () => {
    const { plan, assessment } = engram.judgement;
    const fails = assessment.findings
      .filter(({ finding }) => finding.status === 'fail')
      .map(({ finding }) => finding.id);
    expect(plan.steps.map((step) => step.finding).toSorted()).toEqual(fails.toSorted());
    expect(plan.steps.filter((step) => step.waivedBy !== null)).toHaveLength(1);
    for (const step of plan.steps) expect(step.az.length, step.id).toBeGreaterThan(0);
  });
});

describe('the clean estate', () => {
  it('passes wherever a policy applies and ends with 0', async () => {
    const clean = await judgedEstate('clean');
    // No server is both a primary and a replica, in a subnet and behind endpoints: some policies never apply.
    expect(new Set(Object.values(clean.verdicts))).toEqual(new Set(['pass', 'not-applicable']));
    expect(clean.outcome).toMatchObject({ code: 0, gaps: [] });
  });
});
