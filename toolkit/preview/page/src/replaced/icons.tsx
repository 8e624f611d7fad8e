/** Stands in for react-inlinesvg: icons come with the page, where Grafana fetches them. */
import { forwardRef, type SVGProps } from 'react';

const files = import.meta.glob(
  '../../node_modules/@grafana/ui/dist/public/img/icons/unicons/{angle-down,angle-right,clock-nine,sync,angle-up,arrow-up,arrow-down,info-circle,exclamation-triangle,exclamation-circle,external-link-alt,ellipsis-v,spinner,link,sort-amount-down,times}.svg',
  { query: '?raw', import: 'default', eager: true },
) as Record<string, string>;
const byName = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path.split('/').pop() ?? '', text]),
);

interface Props extends SVGProps<SVGSVGElement> {
  src: string;
  title?: string;
  loader?: unknown;
  cacheRequests?: unknown;
  innerRef?: unknown;
}

export default forwardRef<SVGSVGElement, Props>(function Icon(
  { src, title: _title, onLoad: _onLoad, loader: _loader, cacheRequests: _cache, innerRef: _inner, ...rest },
  ref,
) {
  const text = byName[src.split('/').pop() ?? ''] ?? '';
  const inside = text.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '');
  const box = /viewBox="([^"]+)"/.exec(text)?.[1] ?? '0 0 24 24';
  return <svg ref={ref} viewBox={box} {...rest} dangerouslySetInnerHTML={{ __html: inside }} />;
});
