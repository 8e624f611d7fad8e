/**
 * Prometheus' answers → Grafana's data frames.
 *
 * Written from the documentation of Prometheus' HTTP API and the way that Grafana documents
 * its formats: a time series is a frame of its own, a table is one frame of labels and
 * values, a heatmap's cumulative buckets are taken apart.
 */
import { type DataFrame, type Field, FieldType } from '@grafana/data';
import type { Answer, Series } from './payload';

export function number(text: string): number {
  if (text === '+Inf') {
    return Infinity;
  }
  return text === '-Inf' ? -Infinity : Number(text);
}

const points = (series: Series): Array<[number, string]> =>
  series.values ?? (series.value ? [series.value] : []);

/** Grafana's legend: the template with `{{label}}` filled, or the labels themselves. */
export function legend(answer: Answer, labels: Record<string, string>): string {
  if (answer.legend && answer.legend !== '__auto') {
    return answer.legend.replace(/\{\{\s*(.+?)\s*\}\}/g, (_all, name: string) => labels[name] ?? '');
  }
  const { __name__: name = '', ...rest } = labels;
  const listed = Object.entries(rest).map(([key, value]) => `${key}="${value}"`);
  if (answer.legend === '__auto' && listed.length === 1) {
    return Object.values(rest)[0];
  }
  return listed.length ? `${name}{${listed.join(', ')}}` : name || answer.expr;
}

export function toFrames(answers: Answer[]): DataFrame[] {
  const tables = answers.filter((answer) => answer.format === 'table').length;
  return answers
    .filter((answer) => !answer.error)
    .flatMap((answer) => {
      if (answer.format === 'table') {
        return [table(answer, tables > 1 ? `Value #${answer.refId}` : 'Value')];
      }
      const list = answer.format === 'heatmap' ? apart(answer.series) : answer.series;
      return list.map((series) => line(answer, series));
    });
}

function table(answer: Answer, valueName: string): DataFrame {
  const rows = answer.series.flatMap((series) =>
    points(series).map(([time, value]) => ({ labels: series.metric, time, value })),
  );
  const names = [...new Set(answer.series.flatMap((series) => Object.keys(series.metric)))].sort();
  const fields: Field[] = [
    { name: 'Time', type: FieldType.time, config: {}, values: rows.map((row) => row.time * 1000) },
    ...names.map((name) => ({
      name,
      type: FieldType.string,
      config: {},
      values: rows.map((row) => row.labels[name] ?? ''),
    })),
    { name: valueName, type: FieldType.number, config: {}, values: rows.map((row) => number(row.value)) },
  ];
  return { refId: answer.refId, fields, length: rows.length };
}

function line(answer: Answer, series: Series): DataFrame {
  const name = legend(answer, series.metric);
  const list = points(series);
  return {
    refId: answer.refId,
    name,
    length: list.length,
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        config: { interval: answer.step * 1000 },
        values: list.map(([time]) => time * 1000),
      },
      {
        name: 'Value',
        type: FieldType.number,
        labels: series.metric,
        config: { displayNameFromDS: name },
        values: list.map(([, value]) => number(value)),
      },
    ],
  };
}

/** Cumulative buckets, smallest bound first, each less the one below it. */
function apart(buckets: Series[]): Series[] {
  const sorted = [...buckets].sort((a, b) => number(a.metric.le ?? '') - number(b.metric.le ?? ''));
  return sorted.map((series, index) => {
    const below = new Map(index ? points(sorted[index - 1]) : []);
    const values = points(series).map(([time, value]): [number, string] => [
      time,
      String(Math.max(0, number(value) - number(below.get(time) ?? '0'))),
    ]);
    return { metric: series.metric, values };
  });
}
