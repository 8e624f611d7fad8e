/** What stands on a plot of time beside its series, before it is drawn: annotations as a dashed line for a moment, a shaded stretch for an alert. */
import { colorManipulator } from '@grafana/data';
import { type UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import type uPlot from 'uplot';
import type { Annotation } from './payload';
import { clipped, leaveRoom, moment } from './plot';

interface Props {
  config: UPlotConfigBuilder;
  annotations: Annotation[];
  timeZone: string;
  /** Lanes of states and cells fill their plot: only the mark below it tells of a stretch. */
  isFilled?: boolean;
}

const MARK = 'preview-annotation';

/** What the mark under the axis says when the pointer rests on it. */
export function describe(annotation: Annotation, timeZone: string): string {
  const until = annotation.to > annotation.from ? ` to ${moment(annotation.to, timeZone)}` : '';
  const tags = annotation.tags.length ? `\n${annotation.tags.join(', ')}` : '';
  return `${annotation.title || annotation.name}\n${moment(annotation.from, timeZone)}${until}${tags}`;
}

export function Annotations({ config, annotations, timeZone, isFilled }: Props): ReactNode {
  const theme = useTheme2();
  const latest = useRef(annotations);
  latest.current = annotations;
  useLayoutEffect(() => {
    leaveRoom(config);
    const colour = (name: string): string => theme.visualization.getColorByName(name);
    config.addHook('draw', (plot: uPlot) => {
      plot.over.querySelectorAll(`.${MARK}`).forEach((mark) => mark.remove());
      const ratio = window.devicePixelRatio;
      clipped(plot, (context) => {
        for (const each of latest.current) {
          const from = plot.valToPos(each.from, 'x', true);
          const to = plot.valToPos(each.to, 'x', true);
          if (isFilled && to > from) {
            continue;
          }
          if (to > from) {
            context.fillStyle = colorManipulator.alpha(colour(each.color), 0.1);
            context.fillRect(from, plot.bbox.top, to - from, plot.bbox.height);
          }
          context.strokeStyle = colour(each.color);
          context.lineWidth = ratio;
          context.setLineDash([5 * ratio, 5 * ratio]);
          context.beginPath();
          for (const x of to > from ? [from, to] : [from]) {
            context.moveTo(x, plot.bbox.top);
            context.lineTo(x, plot.bbox.top + plot.bbox.height);
          }
          context.stroke();
        }
      });
      for (const each of latest.current) {
        plot.over.append(mark(plot, each, colour(each.color), describe(each, timeZone)));
      }
    });
  }, [config, theme, timeZone, isFilled]);
  return null;
}

function mark(plot: uPlot, annotation: Annotation, colour: string, title: string): HTMLElement {
  const from = Math.max(0, plot.valToPos(annotation.from, 'x'));
  const width = Math.min(plot.valToPos(annotation.to, 'x'), plot.over.clientWidth) - from;
  const made = document.createElement('div');
  made.className = MARK;
  made.title = title;
  Object.assign(made.style, {
    position: 'absolute',
    bottom: '-5px',
    left: `${width > 6 ? from : from - 3}px`,
    width: `${Math.max(6, width)}px`,
    height: '5px',
    borderRadius: '1px',
    background: colour,
  });
  return made;
}
