/** Prometheus' answers as frames: names, tables, buckets, numbers. */
import { describe, expect, it } from 'vitest';
import { legend, number, toFrames } from './prometheus_frames';
import type { Answer } from './payload';

const answer = (says: Partial<Answer> = {}): Answer => ({
  refId: 'A',
  format: 'time_series',
  legend: '',
  expr: 'up',
  step: 15,
  series: [{ metric: { job: 'api' }, values: [[1, '2']] }],
  error: '',
  ...says,
});

describe('legend', () => {
  const labels = { __name__: 'up', job: 'api', zone: 'eu' };
  it.each([
    ['fills its template', '{{job}} in {{ zone }}', labels, 'api in eu'],
    ['leaves nothing for a label that is not there', '{{nobody}}', labels, ''],
    ['lists the labels where it says nothing', '', labels, 'up{job="api", zone="eu"}'],
    ['is the value of the only label where it chooses itself', '__auto', { job: 'api' }, 'api'],
    ['is the expression where there are no labels', '', {}, 'up'],
  ])('%s', (_what, template, given, expected) => {
    expect(legend(answer({ legend: template }), given as Record<string, string>)).toBe(expected);
  });
});

it.each([
  ['1.5', 1.5],
  ['+Inf', Infinity],
  ['-Inf', -Infinity],
  ['NaN', NaN],
])('%s is a number', (text, expected) => {
  expect(number(text)).toBe(expected);
});

describe('frames', () => {
  it('gives each series a frame of its own, with the step as its interval', () => {
    const [frame] = toFrames([answer()]);
    expect(frame.fields.map((field) => field.values)).toEqual([[1000], [2]]);
    expect(frame.fields[0].config.interval).toBe(15_000);
    expect(frame.fields[1].config.displayNameFromDS).toBe('{job="api"}');
  });

  it('numbers the values of several tables and only of several', () => {
    const table = answer({ format: 'table' });
    const names = (answers: Answer[]): string[] => toFrames(answers).map((frame) => frame.fields[2].name);
    expect(names([table])).toEqual(['Value']);
    expect(names([table, { ...table, refId: 'B' }])).toEqual(['Value #A', 'Value #B']);
  });

  it('takes cumulative buckets apart, smallest bound first', () => {
    const bucket = (le: string, value: string) => ({ metric: { le }, values: [[1, value]] as [[number, string]] });
    const series = [bucket('+Inf', '9'), bucket('10', '7'), bucket('2', '3')];
    const found = toFrames([answer({ format: 'heatmap', legend: '{{le}}', series })]);
    expect(found.map((frame) => [frame.name, frame.fields[1].values[0]])).toEqual([['2', 3], ['10', 4], ['+Inf', 2]]);
  });

  it('leaves out what failed', () => {
    expect(toFrames([answer({ error: 'parse error' })])).toEqual([]);
  });
});
