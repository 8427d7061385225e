import { Box, render, Text, useApp, useInput } from 'ink';
import { createElement, useState } from 'react';
import { runInTerminal } from '../../../src/platform/run-in-terminal.ts';
import { type ExecEnd, openExec } from '../../../src/protocol/exec-socket.ts';

/** A dashboard in small, for a pseudo-terminal: `s` opens a shell in a process, any other key is shown, `q` leaves. */
const { TEST_ENDPOINT = '', TEST_AUTHORIZATION = '', TEST_APP = '', TEST_PROCESS = '' } = process.env;

function session(suspend: (run: () => Promise<void>) => Promise<void>) {
  return runInTerminal<ExecEnd>({
    input: process.stdin,
    output: process.stdout,
    suspend,
    greeting: 'connected',
    quietMs: 200,
    farewell: (end) => ({ text: `over: ${end.reason}` }),
    open: (sink, size) =>
      openExec(
        { baseUrl: TEST_ENDPOINT, authorization: () => TEST_AUTHORIZATION, dialect: 'rack' },
        { now: Date.now, userAgent: 'test' },
        { kind: 'process', app: TEST_APP, process: TEST_PROCESS, command: 'sh', ...(size ? { size } : {}) },
        sink,
        { admit: async () => undefined, challenged: async () => false, refused: () => undefined },
      ),
  });
}

function Dashboard() {
  const { exit, suspendTerminal } = useApp();
  const [keys, setKeys] = useState('');
  const [ends, setEnds] = useState('');
  useInput((input) => {
    if (input === 'q') exit();
    else if (input === 's') {
      void session((run) => suspendTerminal(run)).then(({ end, hungUp }) =>
        setEnds((before) => `${before} ${hungUp ? 'hung-up' : end.reason}:${end.exitCode ?? '-'}`),
      );
    } else setKeys((before) => before + input);
  });
  return createElement(
    Box,
    { flexDirection: 'column' },
    createElement(Text, null, `dashboard keys=[${keys}]`),
    createElement(Text, null, `ends=[${ends.trim()}]`),
  );
}

render(createElement(Dashboard), { alternateScreen: true, exitOnCtrlC: false });
