import type { RawResponse } from './arm.ts';
import type { ChildJob, ChildReader, Clients } from './readers.ts';

/** One ARM body as it came. */
export type Body = Readonly<Record<string, unknown>> & { readonly id: string };

/** Far beyond any list of Azure's: what goes on after it does not end. */
const MOST_PAGES = 10_000;

/**
 * Every page of a read, raw. The first comes by the reader's own call, further ones from link to link.
 * @throws RestError of a request that failed, and Error for a list that comes back to a page it had.
 */
export async function pagesOf({ reader, parent }: ChildJob, clients: Clients): Promise<readonly RawResponse[]> {
  const pages: RawResponse[] = [];
  const onResponse = (response: RawResponse): void => void pages.push(response);
  if ('path' in reader.by) pages.push(await clients.arm.get(`${parent.id}/${reader.by.path}`, reader.by.apiVersion));
  else await reader.by.call(clients, parent, { onResponse });
  const seen = new Set<string>();
  for (let link = nextLinkOf(reader, pages.at(-1)); link !== null; link = nextLinkOf(reader, pages.at(-1))) {
    if (seen.has(link) || seen.size >= MOST_PAGES) throw new Error(`the list of ${reader.type} does not end`);
    seen.add(link);
    pages.push(await clients.arm.follow(link));
  }
  return pages;
}

function nextLinkOf({ form }: ChildReader, page: RawResponse | undefined): string | null {
  if (form === 'get') return null;
  const body: unknown = JSON.parse(page?.bodyAsText ?? '');
  const link = typeof body === 'object' && body !== null && 'nextLink' in body ? body.nextLink : null;
  if (link === null || link === undefined || link === '') return null;
  if (typeof link === 'string') return link;
  throw new Error('a list answered with a next page that is no text');
}

/** The bodies of one page. Throws Error where the answer is not of the form that the reader declares. */
export function bodiesOf(reader: ChildReader, page: RawResponse): readonly Body[] {
  const answer: unknown = JSON.parse(page.bodyAsText ?? '');
  return (reader.form === 'list' ? entriesOf(answer) : [answer]).map((one) => bodyIn(reader, one));
}

/** The one body of a read by id. Throws Error where another thing was answered than asked for. */
export function bodyOf(reader: ChildReader, response: RawResponse, id: string): Body {
  const body = bodyIn(reader, JSON.parse(response.bodyAsText ?? ''));
  if (body.id.toLowerCase() === id.toLowerCase()) return body;
  throw new Error(`${reader.type} answered another id than it was asked for`);
}

function bodyIn(reader: ChildReader, answer: unknown): Body {
  if (isBody(answer)) return answer;
  throw new Error(`${reader.type} answered a body without an id`);
}

function entriesOf(body: unknown): readonly unknown[] {
  if (typeof body === 'object' && body !== null && 'value' in body && Array.isArray(body.value)) return body.value;
  throw new Error('a list answered without a value');
}

const isBody = (body: unknown): body is Body =>
  typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string';
