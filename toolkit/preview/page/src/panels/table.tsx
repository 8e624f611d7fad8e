/** A table, by Grafana's own component. */
import { TableNG } from '@grafana/ui/unstable';
import type { ReactNode } from 'react';
import type { VizProps } from '../plot';

export function TablePanel(props: VizProps): ReactNode {
  const { options, fieldConfig } = props.panel;
  return (
    <TableNG
      data={props.frames[options.frameIndex ?? 0] ?? props.frames[0]}
      width={props.width}
      height={props.height}
      noHeader={options.showHeader === false}
      cellHeight={options.cellHeight ?? 'sm'}
      sortBy={options.sortBy}
      frozenColumns={options.frozenColumns?.left}
      maxRowHeight={options.maxRowHeight}
      showTypeIcons={options.showTypeIcons}
      fieldConfig={fieldConfig}
      timeRange={props.timeRange}
      enableVirtualization={false}
    />
  );
}
