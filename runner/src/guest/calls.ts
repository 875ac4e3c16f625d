import type { CallBody } from '@proofpix/contract/wire';
import { limits } from '@proofpix/contract/limits';
import { bridge } from './bridge.ts';
import { createContext, type OpenCall } from './context.ts';
import { codedError, describe } from './errors.ts';
import { callFrame, replyFrame, resultFrame } from './frames.ts';
import { forgetReplies, jsonOf, receiveReply } from './host-calls.ts';
import { beginTurn, endTarget, setCurrentCall, writeUnowned } from './log.ts';
import { loadedPlugin } from './plugin.ts';
import { allowTimers, fire, forbidTimers } from './timers.ts';
import { apply, bareArray, parseJson } from './intrinsics.ts';

/** An open call in the order in which they came. */
type Link = { readonly call: OpenCall; before: Link | undefined; after: Link | undefined };
let newest: Link | undefined;

/** One turn of the isolate: frames as (type, id, bytes, number of pieces, JSON in pieces), one behind the other. */
export function deliver(...parts: unknown[]): void {
  beginTurn();
  // The runner writes them in this order.
  for (let at = 0; at < parts.length;) {
    const type = parts[at];
    const id = parts[at + 1] as number;
    const bytes = parts[at + 2] as Uint8Array | undefined;
    const end = at + 4 + (parts[at + 3] as number);
    let json = parts[at + 4] as string;
    for (at += 5; at < end; at += 1) json += parts[at] as string;
    if (type === callFrame) void answerCall(id, json);
    else if (type === replyFrame) receiveReply(id, json, bytes);
  }
}

export function fireTimer(id: number): void {
  beginTurn();
  fire(id, (error) => writeUnowned('error', `A timer threw: ${describe(error, 'plugin_error').message}`));
}

/** A rejection that nobody handled in this turn; the engine tells the runner, not us. */
export function reportRejection(message: string): void {
  writeUnowned('error', `A promise was rejected and nobody handled it: ${message}`);
}

async function answerCall(id: number, json: string): Promise<void> {
  const call: OpenCall = { id, lines: 0, hostCalls: 0, open: true, fileSize: null };
  const link: Link = { call, before: newest, after: undefined };
  if (newest !== undefined) newest.after = link;
  newest = link;
  allowTimers();
  setCurrentCall(call);
  try {
    const value = await run(call, parseJson(json) as CallBody); // written by the host
    // A hook that gives nothing back gives null.
    const text = value === undefined ? 'null' : jsonOf(value, 'plugin_result_invalid', 'The result');
    if (text.length > limits.resultJsonBytes) {
      throw codedError('plugin_result_invalid', `The result is over ${limits.resultJsonBytes} bytes.`);
    }
    answer(id, text);
  } catch (error) {
    const { code, message, stack } = describe(error, 'plugin_error');
    bridge().fail(resultFrame, id, code, message, stack);
  }
  close(link);
}

/** Answers of one turn leave the isolate together: crossing its border costs more than a small answer. */
let answers = bareArray<number | string>();
const joinedChars = 64 * 1024;
const joinedAnswers = 256;

function answer(id: number, text: string): void {
  if (text.length > joinedChars) return bridge().answer(id, text);
  answers[answers.length] = id;
  answers[answers.length] = text;
  if (answers.length === 2) void handOver();
  else if (answers.length >= joinedAnswers) handOverNow();
}

async function handOver(): Promise<void> {
  // Native to its end: plugin code has no part in when this goes on. The turn's other answers come in between.
  await undefined;
  await undefined;
  if (answers.length > 0) handOverNow();
}

function handOverNow(): void {
  const all = answers;
  answers = bareArray();
  apply(bridge().answer, undefined, all);
}

function run(call: OpenCall, body: CallBody): unknown {
  const plugin = loadedPlugin();
  if (body.context.file !== null) call.fileSize = body.context.file.size;
  const ctx = createContext(call, body.context);
  if (body.kind === 'hook') {
    const hook = plugin.hooks[body.hook ?? ''];
    if (hook === undefined) throw codedError('plugin_hook_missing', `The plugin does not implement ${body.hook}.`);
    return apply(hook, plugin.hooksObject, [body.input, ctx]);
  }
  const step = plugin.lifecycle[body.kind];
  if (step === undefined) return null;
  return apply(step, plugin.object, body.kind === 'onConfigUpdate' ? [body.input, ctx] : [ctx]);
}

function close(link: Link): void {
  endTarget(link.call);
  if (link.before !== undefined) link.before.after = link.after;
  if (link.after !== undefined) {
    link.after.before = link.before;
    return;
  }
  newest = link.before;
  setCurrentCall(newest?.call);
  if (newest !== undefined) return;
  // Nothing of the plugin may run until the next call: neither timers nor what waits for the host.
  forbidTimers();
  forgetReplies();
}
