/** A button that opens a box below it; a click elsewhere or Escape closes it. */
import { Icon, type IconName, useTheme2 } from '@grafana/ui';
import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react';

interface MenuProps {
  label: string;
  text: string;
  icon?: IconName;
  /** The content; it may close the box. */
  children: (close: () => void) => ReactNode;
  /** Called when the box closes, however that happens. */
  onClose?: () => void;
}

export function Menu({ label, text, icon, children, onClose }: MenuProps): ReactNode {
  const theme = useTheme2();
  const box = useRef<HTMLSpanElement>(null);
  const [isOpen, setOpen] = useState(false);
  const left = box.current?.getBoundingClientRect().left ?? 0;
  const side = left > window.innerWidth / 2 ? 'right' : 'left'; // so that it ends within the page
  const close = (): void => {
    setOpen(false);
    onClose?.();
  };
  useEffect(() => {
    if (!isOpen) {
      return undefined;
    }
    const click = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) {
        close();
      }
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        close();
      }
    };
    document.addEventListener('pointerdown', click);
    document.addEventListener('keydown', key);
    return () => {
      document.removeEventListener('pointerdown', click);
      document.removeEventListener('keydown', key);
    };
  });
  const list: CSSProperties = {
    position: 'absolute',
    top: '100%',
    [side]: 0,
    zIndex: 1001,
    minWidth: '100%',
    maxHeight: 420,
    overflowY: 'auto',
    padding: 8,
    whiteSpace: 'nowrap',
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.medium}`,
    boxShadow: theme.shadows.z3,
    color: theme.colors.text.primary,
    fontSize: 13,
    lineHeight: '20px',
  };
  return (
    <span ref={box} style={{ position: 'relative', display: 'inline-flex' }}>
      <button
        type="button"
        aria-label={label}
        aria-expanded={isOpen}
        title={text}
        style={inputStyle(theme)}
        onClick={() => (isOpen ? close() : setOpen(true))}
      >
        {icon && <Icon name={icon} size="sm" />}
        <span style={{ overflow: 'hidden', textOverflow: 'ellipsis', maxWidth: 240 }}>{text || ' '}</span>
        <Icon name="angle-down" size="sm" />
      </button>
      {isOpen && <span style={list}>{children(close)}</span>}
    </span>
  );
}

/** How what can be typed or opened looks in the head of a page. */
export const inputStyle = (theme: ReturnType<typeof useTheme2>): CSSProperties => ({
  background: theme.components.input.background,
  border: `1px solid ${theme.components.input.borderColor}`,
  borderRadius: '0 2px 2px 0',
  color: theme.components.input.text,
  cursor: 'pointer',
  display: 'inline-flex',
  alignItems: 'center',
  gap: 6,
  padding: '5px 8px',
  fontSize: 13,
  lineHeight: '20px',
  fontFamily: 'inherit',
  whiteSpace: 'nowrap',
});
