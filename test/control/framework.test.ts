import { describe, expect, test } from 'vitest';
import { type MappedPolicy, rollUpSubcategory, type SubcategoryInput } from '../../src/control/framework.ts';

const none = { pass: 0, fail: 0, waived: 0, unknown: 0, notApplicable: 0, accepted: 0 };
const mapped = (strength: MappedPolicy['strength'], counts: Partial<typeof none>): MappedPolicy => ({
  policy: `${strength}-policy`,
  strength,
  counts: { ...none, ...counts },
});
const good = mapped('direct', { pass: 3 });
const roll = (over: Partial<SubcategoryInput>) =>
  rollUpSubcategory({ assessability: 'partial', mapped: [good], statements: ['valid'], ...over }).status;

describe('a framework subcategory', () => {
  test.each<[string, Partial<SubcategoryInput>, string]>([
    ['evidence and statement', {}, 'supported'],
    ['a direct fail', { mapped: [mapped('direct', { pass: 9, fail: 1 })] }, 'not-supported'],
    ['a direct fail beside an unknown', { mapped: [mapped('direct', { fail: 1, unknown: 1 })] }, 'not-supported'],
    ['a supporting fail', { mapped: [good, mapped('supporting', { fail: 1 })] }, 'supported-with-gaps'],
    [
      'a supporting fail that is waived',
      { mapped: [good, mapped('supporting', { waived: 1 })] },
      'supported-with-gaps',
    ],
    ['a direct fail that is waived', { mapped: [mapped('direct', { pass: 1, waived: 1 })] }, 'supported-with-gaps'],
    [
      'a supporting fail beside an unknown',
      { mapped: [mapped('supporting', { fail: 1, unknown: 1 })] },
      'supported-with-gaps',
    ],
    ['a direct unknown', { mapped: [mapped('direct', { pass: 1, unknown: 1 })] }, 'unknown'],
    ['a supporting unknown', { mapped: [good, mapped('supporting', { unknown: 1 })] }, 'unknown'],
    [
      'an unknown and a missing statement',
      { mapped: [mapped('direct', { unknown: 1 })], statements: ['missing'] },
      'unknown',
    ],
    [
      'an unknown that a person accepted',
      { mapped: [mapped('direct', { pass: 1, unknown: 1, accepted: 1 })] },
      'unknown',
    ],
    ['a missing statement', { statements: ['missing'] }, 'attestation-needed'],
    ['an expired statement', { statements: ['valid', 'expired'] }, 'attestation-needed'],
    [
      'a missing statement where evidence suffices',
      { assessability: 'automated', statements: ['missing'] },
      'supported',
    ],
    ['a statement that says no', { statements: ['valid', 'said-no'] }, 'not-supported'],
    ['a statement alone', { mapped: [], assessability: 'manual' }, 'attested-only'],
    ['a statement alone that is missing', { mapped: [], statements: ['missing'] }, 'attestation-needed'],
    ['nothing at all', { mapped: [], statements: [] }, 'not-assessed'],
    ['a statement that nobody must make', { mapped: [], statements: ['not-required'] }, 'not-assessed'],
    ['context alone', { mapped: [mapped('context', { pass: 9 })], statements: [] }, 'not-assessed'],
    ['context that fails', { mapped: [good, mapped('context', { fail: 9, unknown: 9 })] }, 'supported'],
    ['policies without a subject', { mapped: [mapped('direct', {})] }, 'unknown'],
    ['policies that apply to nothing', { mapped: [mapped('direct', { notApplicable: 4 })] }, 'unknown'],
  ])('%s', (_, over, status) => {
    expect(roll(over)).toBe(status);
  });

  test('a ceiling holds evidence down until a person has spoken, and never lifts a status', () => {
    const ceiling = 'attestation-needed';
    expect(roll({ ceiling, statements: [] })).toBe('attestation-needed');
    expect(roll({ ceiling, statements: ['valid'] })).toBe('supported');
    expect(roll({ ceiling, statements: [], mapped: [mapped('direct', { fail: 1 })] })).toBe('not-supported');
    expect(roll({ ceiling, statements: [], mapped: [] })).toBe('not-assessed');
    expect(roll({ ceiling, statements: ['missing'], mapped: [mapped('direct', { unknown: 1 })] })).toBe('unknown');
    expect(roll({ ceiling: 'supported', assessability: 'automated', statements: ['missing'] })).toBe('supported');
  });
});
