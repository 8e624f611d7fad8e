/** What the reader chose in the page, as words of its address: the part after `#`, and the question. */

/** A time range as it is written, and the values of each variable that was changed. */
export interface Wanted {
  from: string;
  to: string;
  variables: ReadonlyMap<string, string[]>;
}

const PREFIX = 'var-';

export function readWanted(text: string): Wanted {
  const words = new URLSearchParams(text.replace(/^[#?]/, ''));
  const variables = new Map<string, string[]>();
  for (const [key, value] of words) {
    if (key.startsWith(PREFIX)) {
      const name = key.slice(PREFIX.length);
      variables.set(name, [...(variables.get(name) ?? []), value]);
    }
  }
  return { from: words.get('from') ?? '', to: words.get('to') ?? '', variables };
}

export function writeWanted({ from, to, variables }: Wanted): string {
  const words = new URLSearchParams();
  if (from) {
    words.set('from', from);
    words.set('to', to || 'now');
  }
  for (const [name, values] of variables) {
    values.forEach((value) => words.append(PREFIX + name, value));
  }
  return words.toString();
}

/** With other values of a variable; with none, what the dashboard was saved with holds again. */
export function withVariable(wanted: Wanted, name: string, values: string[]): Wanted {
  const variables = new Map(wanted.variables);
  if (values.length) {
    variables.set(name, values);
  } else {
    variables.delete(name);
  }
  return { ...wanted, variables };
}

const ALL = '$__all';

/** The values after a click on one of many: All excludes the others. */
export function toggledValue(chosen: string[], value: string): string[] {
  if (value === ALL) {
    return chosen.includes(ALL) ? [] : [ALL];
  }
  const others = chosen.filter((each) => each !== ALL && each !== value);
  return chosen.includes(value) ? others : [...others, value];
}
