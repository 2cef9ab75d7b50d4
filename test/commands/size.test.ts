import { describe, expect, it } from 'vitest';
import { assay } from './assay.ts';

const engram = 'fixtures/estates/engram/assay.yaml';

describe('assay size postgres', () => {
  it('sizes a load that is given: start, target, ceiling and disk, with the dated sources', async () => {
    const { status, stdout } = await assay([
      ...['size', 'postgres', '--vectors', '1000000', '--connections', '200', '--data-gb', '120'],
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /start +growth 1: 5 vCores, 11\.91 GiB: Standard_D8ads_v5 \(GeneralPurpose, 8 vCores, 32 GiB\)/,
    );
    expect(stdout).toMatch(
      /storage +\(120 data \+ 5\.91 index \+ 18 WAL \+ 0 growth\) × 2 = 287\.82 GB: 512 GiB, 2300 IOPS/,
    );
    expect(stdout).toMatch(/source +Compute options in Azure Database for PostgreSQL \(2026-01-13\)/);
  });

  it('sizes every environment of a declaration', async () => {
    const { stdout } = await assay(['size', 'postgres', '--config', engram, '--json']);
    const { sized } = JSON.parse(stdout) as { sized: { environment: string; target: { sku: { name: string } } }[] };
    expect(sized.map((one) => one.environment)).toEqual(['dev', 'test', 'uat', 'prod']);
    expect(sized[0]?.target.sku.name).toBe('Standard_B1ms');
  });

  it("shows what the strategy's own calculator says", async () => {
    const { stdout } = await assay(['size', 'postgres', '--config', engram, '--as-documented']);
    expect(stdout).toContain('dev: growth 2: 7 vCores, 9 GB, D8s_v3\n');
    expect(stdout).toContain('prod: growth 2: 10 vCores, 16 GB, D8s_v3\n');
  });

  it('says when nothing is large enough', async () => {
    const { status, stdout } = await assay(['size', 'postgres', '--vectors', '1e9', '--connections', '1']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/start .*: none \(no product fits: the largest has too few vCores, memory\)/);
  });

  it.each([
    [['--vectors', 'many', '--connections', '1'], /not negative, for example 1000000/],
    [['--vectors', '-1', '--connections', '1'], /not negative/],
    [['--vectors', '1'], /belong together/],
    [['--config', 'no-such.yaml'], /there is no no-such\.yaml/],
    [['--class', 'production'], /Allowed choices are dev, test, uat, prod/],
  ])('%j is refused with the way out', async (args, message) => {
    const ran = await assay(['size', 'postgres', ...args]);
    expect(ran.stderr).toMatch(message);
    expect(ran.status).toBe(2);
  });
});

describe('assay size blob', () => {
  it('sizes an amount that is given, and says that the lifecycle brings about another mix than the pattern', async () => {
    const { stdout } = await assay([
      ...['size', 'blob', '--documents', '20000', '--avg-mb', '2.5', '--retention-days', '2557'],
    ]);
    expect(stdout).toMatch(/4161\.78 GB/);
    expect(stdout).toMatch(/declared +moderate: 30 % hot, 50 % cool, 20 % archive: 44\.95 a month, 0\.0108 a GB/);
    expect(stdout).toMatch(/steady .*1 % hot, 2 % cool, 96 % archive/);
    expect(stdout).toMatch(/prices .*2025-12-31/);
  });

  it('sizes every environment of a declaration', async () => {
    const { stdout } = await assay(['size', 'blob', '--config', engram, '--json']);
    expect(JSON.parse(stdout).sized).toHaveLength(4);
  });
});
