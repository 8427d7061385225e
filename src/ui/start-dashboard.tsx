import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';
import { asFailure } from '../domain/failure.ts';
import { SingleTimer, SYSTEM_TIMERS } from '../live/timers.ts';
import { DashboardApp } from './dashboard-app.tsx';
import type { DashboardExit, DashboardServices } from './dashboard-services.ts';
import { Dashboard } from './shell/dashboard.ts';
import type { Size } from './shell/dashboard-state.ts';
import { FrameSource } from './shell/frame-source.ts';
import { guardExit, type ProcessEvents } from './terminal/exit-guard.ts';
import { createFrameOutput, type FrameOutput } from './terminal/frame-output.ts';
import { Suspension } from './terminal/suspension.ts';

/** A dragged window sends dozens of sizes; one repaint when it has come to rest is enough. */
const RESIZE_SETTLES_MS = 60;
/** Ink's own limit must not delay a key: what repaints often (data, logs) is coalesced before it gets there. */
const MAX_FPS = 250;
/** Whatever else wrote to the screen is gone, wherever it left the cursor. */
const HOME_AND_ERASE = '\u001b[H\u001b[J';

/**
 * Opens the dashboard on the terminal of `services` and resolves when the person leaves it. The terminal is as before on
 * every way out. A server that went away never ends it.
 */
export async function startDashboard(
  services: DashboardServices,
  events: ProcessEvents = process,
): Promise<DashboardExit> {
  const { stdout } = services;
  const output = createFrameOutput(stdout, sizeOf(stdout));
  const { screenReader } = services.look;
  let repaint = (): void => {};
  const suspension = new Suspension(services, output, (size) => dashboard.resize(size));
  const dashboard = new Dashboard({ ...services, repaint: () => repaint() }, output.size());
  const frames = new FrameSource(dashboard);
  const guard = guardExit(
    events,
    (exit) => dashboard.quit(exit),
    () => output.restore(),
    (error) => dashboard.toast(`Internal error: ${asFailure(error).message}`, 'critical'),
  );
  const stopResizing = followSize(services, (size) => {
    if (suspension.holds(size)) return;
    output.resize(size);
    dashboard.resize(size);
    repaint();
  });
  // The shell wrote on the screen while the program was stopped (`kill -TSTP`, `kill -STOP`): nothing on it is to be believed.
  const onContinued = (): void => {
    if (suspension.isActive) return;
    // The shell took the terminal's modes back; what is thought to be on already would not be switched on again.
    for (const on of [false, true]) services.stdin.setRawMode?.(on);
    if (!screenReader) output.begin();
    repaint();
  };
  events.on('SIGCONT', onContinued);
  let ink: Instance | undefined;
  try {
    if (!screenReader) output.begin();
    const shown = openInk(
      services,
      output,
      <DashboardApp dashboard={dashboard} frames={frames} onSuspender={suspension.onSuspender} />,
    );
    ink = shown;
    suspension.repaint = () => repaint();
    repaint = () => {
      shown.clear();
      if (!screenReader) output.stream.write(HOME_AND_ERASE);
      dashboard.repaint();
    };
    // A component that throws makes Ink unmount and reject: that is a crash as well.
    const left = shown.waitUntilExit().then(
      (): DashboardExit => ({ reason: 'quit' }),
      (error: unknown): DashboardExit => ({ reason: 'crash', error }),
    );
    return await Promise.race([dashboard.finished, left]);
  } catch (error) {
    return { reason: 'crash', error };
  } finally {
    stopResizing();
    events.off('SIGCONT', onContinued);
    suspension.dispose();
    dashboard.dispose();
    ink?.unmount();
    await ink?.waitUntilExit().catch(() => undefined);
    output.restore();
    guard.release();
  }
}

function openInk(services: DashboardServices, output: FrameOutput, screen: ReactNode): Instance {
  const { screenReader } = services.look;
  return render(screen, {
    stdin: services.stdin,
    stdout: output.stream,
    exitOnCtrlC: false,
    patchConsole: true,
    alternateScreen: !screenReader,
    incrementalRendering: true,
    isScreenReaderEnabled: screenReader,
    interactive: true,
    maxFps: MAX_FPS,
  });
}

function sizeOf(stdout: DashboardServices['stdout']): Size {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
}

function followSize(services: DashboardServices, onSize: (size: Size) => void): () => void {
  const { stdout } = services;
  const timer = new SingleTimer(services.timers ?? SYSTEM_TIMERS);
  const onResize = (): void => timer.start(RESIZE_SETTLES_MS, () => onSize(sizeOf(stdout)));
  stdout.on('resize', onResize);
  return () => {
    timer.stop();
    stdout.off('resize', onResize);
  };
}
