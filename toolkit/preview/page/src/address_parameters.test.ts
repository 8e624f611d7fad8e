/** The words of a page's address, and what they say. */
import { expect, it } from 'vitest';
import { readWanted, toggledValue, withVariable, writeWanted } from './address_parameters';

it('reads what it writes', () => {
  const variables = new Map([['zone', ['eu & us', '$__all']], ['job', ['a=b']]]);
  const wanted = { from: 'now-6h', to: 'now', variables };
  expect(readWanted(`#${writeWanted(wanted)}`)).toEqual(wanted);
});

it('says nothing where nothing was chosen', () => {
  expect(writeWanted(readWanted(''))).toBe('');
});

it('leaves out a variable that has no value any more', () => {
  const wanted = withVariable(readWanted('var-zone=eu&var-job=x'), 'zone', []);
  expect(writeWanted(wanted)).toBe('var-job=x');
  expect(writeWanted(withVariable(wanted, 'job', ['y', 'z']))).toBe('var-job=y&var-job=z');
});

it('holds All apart from single values', () => {
  expect(toggledValue(['$__all'], 'eu')).toEqual(['eu']);
  expect(toggledValue(['eu'], 'us')).toEqual(['eu', 'us']);
  expect(toggledValue(['eu', 'us'], 'eu')).toEqual(['us']);
  expect(toggledValue(['eu'], '$__all')).toEqual(['$__all']);
  expect(toggledValue(['$__all'], '$__all')).toEqual([]);
});
