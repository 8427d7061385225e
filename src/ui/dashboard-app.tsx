import { Box, Text, useApp, useInput, usePaste } from 'ink';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { keyPresses } from './keys/key-press.ts';
import type { Frame } from './shell/compose-frame.ts';
import type { Dashboard } from './shell/dashboard.ts';
import type { FrameSource } from './shell/frame-source.ts';
import { linearRows } from './shell/linear-rows.ts';
import { pasteText, pressKeys } from './shell/press-key.ts';
import type { SuspendTerminal } from './terminal/terminal-loan.ts';
import { RowStack } from './text/row-stack.tsx';

interface DashboardAppProps {
  readonly dashboard: Dashboard;
  readonly frames: FrameSource;
  /** Told how the terminal is given away; the result is called when that is over. */
  readonly onSuspender?: (suspend: SuspendTerminal) => () => void;
}

/** The whole screen. The only component that reads keys, and the only one that is told of changes. */
export function DashboardApp({ dashboard, frames, onSuspender }: DashboardAppProps) {
  const { suspendTerminal } = useApp();
  useEffect(() => onSuspender?.(suspendTerminal), [onSuspender, suspendTerminal]);
  useInput(useCallback((input, key) => pressKeys(dashboard, keyPresses(input, key)), [dashboard]));
  usePaste(useCallback((text: string) => pasteText(dashboard, text), [dashboard]));
  const frame = useSyncExternalStore(frames.subscribe, frames.get, frames.get);
  if (dashboard.services.look.screenReader) return <LinearScreen rows={linearRows(dashboard, frame)} />;
  return <FrameView frame={frame} width={dashboard.state.size.columns} />;
}

function FrameView({ frame, width }: { frame: Frame; width: number }) {
  return (
    <Box width={width} height={frame.rows.length}>
      <RowStack rows={frame.rows} width={width} />
      {frame.overlay && (
        <Box position="absolute" marginLeft={frame.overlay.left} marginTop={frame.overlay.top}>
          <RowStack rows={frame.overlay.rows} width={width - frame.overlay.left} />
        </Box>
      )}
    </Box>
  );
}

/** One thing after the other, for screen readers. */
function LinearScreen({ rows }: { rows: readonly string[] }) {
  return (
    <Box flexDirection="column">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line's place is its identity
        <Text key={index}>{row}</Text>
      ))}
    </Box>
  );
}
