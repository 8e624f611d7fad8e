/** What `toolkit preview` writes into the page. toolkit/preview/draw_dashboard.py makes it. */
import type { DataLink, DataTransformerConfig, FieldConfigSource } from '@grafana/data';

/** A series as Prometheus' HTTP API gives it: a matrix has `values`, a vector `value`. */
export interface Series {
  metric: Record<string, string>;
  values?: Array<[number, string]>;
  value?: [number, string];
}

export interface Answer {
  refId: string;
  format: string;
  legend: string;
  expr: string;
  /** Seconds between two points. */
  step: number;
  series: Series[];
  error: string;
}

export interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** The options of a panel type, as its dashboard has them: open-ended, so read with defaults. */
export type Options = Record<string, any>;

export interface PanelModel {
  key: string;
  type: string;
  title: string;
  description: string;
  place: Place;
  transparent: boolean;
  options: Options;
  fieldConfig: FieldConfigSource;
  transformations: DataTransformerConfig[];
  links: DataLink[];
  answers: Answer[];
  /** The panel's own time range in milliseconds; null where the dashboard's holds. */
  time: { from: number; to: number } | null;
  /** Words for its own time range beside the title. */
  timeWords: string;
  /** Why the page cannot draw it; empty when it can. */
  cannot: string;
  /** `changed`, `added`, `removed` or empty: set when two revisions stand side by side. */
  change: string;
}

export interface RowModel {
  /** null: panels above the first row. */
  title: string | null;
  collapsed: boolean;
  panels: PanelModel[];
}

export interface Annotation {
  name: string;
  title: string;
  tags: string[];
  color: string;
  /** Milliseconds; equal for a moment. */
  from: number;
  to: number;
}

/** A link in the head of a dashboard. */
export interface HeadLink {
  title: string;
  url: string;
  tooltip: string;
  targetBlank: boolean;
}

export interface Drawing {
  label: string;
  title: string;
  links: HeadLink[];
  variables: Array<{ label: string; value: string }>;
  rows: RowModel[];
  annotations: Annotation[];
  notes: string[];
}

/** A variable that can be changed in the page. `fixed` ones are shown, `text` is typed. */
export interface Control {
  name: string;
  label: string;
  kind: 'one' | 'many' | 'text' | 'fixed';
  options: Array<{ value: string; text: string }>;
  /** Options beyond those listed. */
  more: number;
  chosen: string[];
  /** The choice in words. */
  text: string;
}

/** What a page of `toolkit preview --serve` asks again. toolkit/preview/redraw_served_page.py answers. */
export interface Live {
  address: string;
  /** The time range as it is written, such as now-1h. */
  from: string;
  to: string;
  controls: Control[];
}

export interface Payload {
  theme: 'dark' | 'light';
  timezone: string;
  from: number;
  to: number;
  drawings: Drawing[];
  live?: Live;
}

export function readPayload(): Payload | null {
  return JSON.parse(document.getElementById('payload')?.textContent ?? 'null') as Payload | null;
}
