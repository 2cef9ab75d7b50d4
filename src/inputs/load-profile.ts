import {
  isSectionName,
  type OptionName,
  optionNames,
  type ReportProfile,
  reportProfileSchema,
  type SectionName,
  sectionOptions,
} from '../report/profile.schema.ts';
import { checkSchema } from './check-schema.ts';
import { InputError, type InputProblem } from './input-error.ts';
import type { Loaded } from './load.ts';
import { nearest } from './nearest.ts';
import { readText } from './read-file.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/**
 * A report profile. Its sections are known ones, each stands once, takes the options given to it, and stands where it
 * can be drawn. Throws InputError with every problem and its place.
 */
export async function loadProfile(file: string): Promise<Loaded<ReportProfile>> {
  return profileFrom(await readText(file, 'a report profile'), file);
}

/** The same for a text that is already read. */
export function profileFrom(text: string, file: string): Loaded<ReportProfile> {
  const yaml = parseYaml(text, file);
  const { sections, ...rest } = checkSchema(yaml, reportProfileSchema);
  const problems: InputProblem[] = [];
  const known = sections.flatMap((one, index) => {
    const { section } = one;
    if (isSectionName(section)) return [{ ...one, section }];
    problems.push(unknownSection(yaml, section, index));
    return [];
  });
  if (problems.length === 0) problems.push(...misplaced(yaml, known), ...misfits(yaml, known));
  if (problems.length > 0) throw new InputError(problems);
  return { value: { ...rest, sections: known }, yaml };
}

type Sections = ReportProfile['sections'];

const names = Object.keys(sectionOptions);

function unknownSection(yaml: YamlFile, section: string, index: number): InputProblem {
  const near = nearest(section, names);
  return {
    code: 'reference',
    file: yaml.file,
    ...yaml.placeOf(['sections', index, 'section']),
    message: `there is no section ${JSON.stringify(section)}`,
    hint: near === null ? `Sections: ${names.join(', ')}` : `Did you mean ${near}?`,
  };
}

/** Options that a section would pass over in silence are a misunderstanding. */
function misfits(yaml: YamlFile, sections: Sections): readonly InputProblem[] {
  return sections.flatMap((one, index) => {
    const takes: readonly OptionName[] = sectionOptions[one.section];
    return optionNames
      .filter((name) => one[name] !== undefined && !takes.includes(name))
      .map((name) => ({
        code: 'reference' as const,
        file: yaml.file,
        ...yaml.placeOf(['sections', index, name]),
        message: `the section ${one.section} takes no ${name}`,
        hint: takes.length === 0 ? 'It takes no options' : `It takes: ${takes.join(', ')}`,
      }));
  });
}

/** What must come before what: a cover opens a report, and page numbers are known once their pages are drawn. */
const before: readonly (readonly [SectionName, SectionName])[] = [
  ['findings', 'evidence-index'],
  ['unknowns', 'evidence-index'],
];

function misplaced(yaml: YamlFile, sections: Sections): readonly InputProblem[] {
  const order = sections.map((one) => one.section);
  return order.flatMap((section, index) => {
    const problem = (message: string, hint: string): InputProblem => ({
      code: 'reference',
      file: yaml.file,
      ...yaml.placeOf(['sections', index, 'section']),
      message,
      hint,
    });
    const first = order.indexOf(section);
    if (first < index)
      return [problem(`the section ${section} stands twice`, `Remove it; it is already number ${first + 1}`)];
    if (section === 'cover' && index > 0) return [problem('the cover is not the first section', 'Move it to the top')];
    return before
      .filter(([earlier, later]) => later === section && order.indexOf(earlier) > index)
      .map(([earlier]) =>
        problem(`${section} stands before ${earlier}, whose pages it names`, `Move it below ${earlier}`),
      );
  });
}
