/** Markdown or HTML, sanitised as Grafana does. */
import { renderTextPanelMarkdown, textUtil } from '@grafana/data';
import type { ReactNode } from 'react';
import type { VizProps } from '../plot';

export function TextPanel({ panel }: VizProps): ReactNode {
  const content = String(panel.options.content);
  if (panel.options.mode === 'code') {
    return <pre>{content}</pre>;
  }
  const html =
    panel.options.mode === 'html' ? textUtil.sanitizeTextPanelContent(content) : renderTextPanelMarkdown(content);
  return <div className="markdown-html" dangerouslySetInnerHTML={{ __html: html }} />;
}
