import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/workload/place.ts';
import type { Workload } from '../../src/workload/workload.schema.ts';

const workload: Workload = {
  apiVersion: 'assay/v1',
  kind: 'Workload',
  metadata: { id: 'w' },
  match: { environmentTag: 'environment' },
  shared: { scopes: ['/subscriptions/s2/resourceGroups/rg-keys'] },
  environments: {
    play: { class: 'dev', scopes: ['/subscriptions/s1/resourceGroups/rg-play'] },
    live: { class: 'prod', scopes: ['/subscriptions/s2'] },
    rehearsal: { class: 'uat', scopes: ['/subscriptions/s2/resourceGroups/rg-uat'] },
    bench: { class: 'test' },
  },
};

const place = (id: string, tags: Record<string, string> | null = null) => placeOf({ id, tags }, workload);

describe('placing a resource', () => {
  it.each([
    ['/subscriptions/s1/resourceGroups/RG-PLAY/providers/x/y', 'play', 'dev'],
    ['/subscriptions/s2/resourceGroups/other/providers/x/y', 'live', 'prod'],
    ['/subscriptions/s2/resourceGroups/rg-uat/providers/x/y', 'rehearsal', 'uat'],
    ['/subscriptions/s2/resourceGroups/rg-keys/providers/x/y', 'live', 'prod'],
    ['/subscriptions/s2/resourceGroups/rg-uat-2/providers/x/y', 'live', 'prod'],
    ['workload/bench', 'bench', 'test'],
  ])('%s belongs to %s', (id, environment, of) => {
    expect(place(id)).toMatchObject({ environment, class: of });
  });

  it('takes the tag where no scope speaks, whatever the case of its name', () => {
    expect(place('/subscriptions/s9/resourceGroups/a', { Environment: 'bench' })).toMatchObject({
      environment: 'bench',
      class: 'test',
    });
  });

  it.each([
    ['nothing claims it', '/subscriptions/s9/resourceGroups/a', null],
    ['scope and tag disagree', '/subscriptions/s2/resourceGroups/other', { environment: 'bench' }],
    ['its tag names no environment', '/subscriptions/s9/resourceGroups/a', { environment: 'constructor' }],
  ])('is judged as prod where %s', (_, id, tags) => {
    expect(place(id, tags)).toMatchObject({ environment: null, class: 'prod' });
  });

  it('two environments that claim the same scope decide nothing', () => {
    const twice: Workload = {
      ...workload,
      environments: {
        a: { class: 'dev', scopes: ['/subscriptions/s1'] },
        b: { class: 'test', scopes: ['/subscriptions/s1'] },
      },
    };
    expect(placeOf({ id: '/subscriptions/s1/x', tags: null }, twice)).toMatchObject({
      environment: null,
      class: 'prod',
    });
  });

  it('without a declaration everything is judged as prod', () => {
    expect(placeOf({ id: '/subscriptions/s1', tags: null }, null)).toMatchObject({ environment: null, class: 'prod' });
  });
});
