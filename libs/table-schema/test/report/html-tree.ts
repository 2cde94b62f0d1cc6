/** An element of a page, strictly parsed: every tag is closed, every attribute quoted, every `&` an entity. */
export interface HtmlElement {
  name: string;
  attributes: Record<string, string>;
  children: (HtmlElement | string)[];
}

const VOID = new Set(['meta', 'br', 'hr', 'img', 'link']);
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const TOKEN =
  /<!DOCTYPE html>|<style>([\s\S]*?)<\/style>|<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>|([^<]+)/y;

/** @throws {Error} if the page is anything else */
export function parsePage(page: string): HtmlElement {
  const root: HtmlElement = { name: '#root', attributes: {}, children: [] };
  const open = [root];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < page.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(page);
    if (!token) throw new Error(`no HTML: ${page.slice(at, at + 60)}`);
    const [, style, end, name, attributes, text] = token;
    const parent = open.at(-1)!;
    if (text !== undefined) parent.children.push(decode(text));
    else if (style !== undefined) parent.children.push({ name: 'style', attributes: {}, children: [style] });
    else if (end) {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes another: ${page.slice(at, at + 60)}`);
    } else if (name !== undefined) {
      const element: HtmlElement = { name, attributes: {}, children: [] };
      for (const [, key, value] of attributes!.matchAll(/ ([a-z-]+)="([^"]*)"/g))
        element.attributes[key!] = decode(value!);
      parent.children.push(element);
      if (!VOID.has(name)) open.push(element);
    }
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)!.name}> is never closed`);
  return root;
}

function decode(text: string): string {
  return text.replace(/&([#\w]*)(;?)/g, (whole, name: string, semicolon: string) => {
    const character = ENTITIES[name];
    if (character === undefined || semicolon === '') throw new Error(`no entity: ${whole}`);
    return character;
  });
}

export function findAll(element: HtmlElement, name: string): HtmlElement[] {
  return element.children.flatMap((child) =>
    typeof child === 'string' ? [] : [...(child.name === name ? [child] : []), ...findAll(child, name)],
  );
}

export function textOf(element: HtmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}
