import { type Static, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

export const pageSizes = ['A4', 'Letter'] as const;
export type PageSize = (typeof pageSizes)[number];

/** What a section may be told. `limit`: rows (or steps) at most; `perPolicy`: rows of one policy; `lines`: of one text. */
export const optionNames = ['limit', 'perPolicy', 'lines', 'as'] as const;
export type OptionName = (typeof optionNames)[number];

/** Every section that a profile can name, and the options it takes. A report shows them in the profile's order. */
export const sectionOptions = {
  cover: [],
  contents: [],
  headline: ['limit'],
  changes: ['limit'],
  summary: [],
  framework: ['limit'],
  scope: ['limit'],
  controls: ['limit'],
  'gap-items': ['limit', 'perPolicy'],
  findings: ['limit', 'perPolicy'],
  unknowns: ['limit'],
  waivers: ['limit'],
  plan: ['limit', 'lines', 'as'],
  'plan-by-party': ['limit'],
  population: ['limit'],
  queries: ['limit', 'lines', 'as'],
  'evidence-index': ['limit'],
  'not-assessed': ['limit'],
  limits: [],
  signature: [],
  glossary: [],
} as const satisfies Readonly<Record<string, readonly OptionName[]>>;

export type SectionName = keyof typeof sectionOptions;

export function isSectionName(name: string): name is SectionName {
  return Object.hasOwn(sectionOptions, name);
}

// Names and the fit of options are checked by the loader, which can say what was probably meant.
const Section = Type.Object(
  {
    section: Type.String({ minLength: 1 }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })),
    perPolicy: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    lines: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    /** `table`: one row each; `full`: each with everything that belongs to it. */
    as: Type.Optional(Type.Unsafe<'table' | 'full'>({ type: 'string', enum: ['table', 'full'] })),
  },
  closed,
);

/** A report: who it is for and which sections it has, in order. No code and no conditions: those are the sections' own. */
export const reportProfileSchema = Type.Object(
  {
    apiVersion: Type.Literal('assay/v1'),
    kind: Type.Literal('ReportProfile'),
    metadata: Type.Object(
      {
        id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
        title: Type.String({ minLength: 3, maxLength: 80, pattern: '^[^\\n]*$' }),
      },
      closed,
    ),
    purpose: Type.String({ minLength: 10, maxLength: 300, description: 'one line: what the report is for' }),
    audience: Type.String({ minLength: 3, maxLength: 120 }),
    page: Type.Unsafe<PageSize>({ type: 'string', enum: [...pageSizes] }),
    sections: Type.Array(Section, { minItems: 1, maxItems: Object.keys(sectionOptions).length }),
  },
  closed,
);

/** The shape of the file; `section` is known to be one of the table's names once the loader has looked. */
type ProfileFile = Static<typeof reportProfileSchema>;
export type SectionOptions = Pick<ProfileFile['sections'][number], OptionName>;
export interface ReportProfile extends Omit<ProfileFile, 'sections'> {
  readonly sections: readonly (SectionOptions & { readonly section: SectionName })[];
}
