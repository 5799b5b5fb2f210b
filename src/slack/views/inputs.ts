import type { LogoUpload } from '../../domain/organizations/logo-upload.ts';
import type { InputState, ViewState } from '../listener.ts';

/** What was typed into the block's input; empty where nothing was. */
export function readText(state: ViewState, blockId: string): string {
  return readInput(state, blockId)?.value ?? '';
}

/** The value of the option chosen in the block's input; empty where none was. */
export function readChoice(state: ViewState, blockId: string): string {
  return readInput(state, blockId)?.selected_option?.value ?? '';
}

/** The values of the options ticked in the block's input. */
export function readChoices(state: ViewState, blockId: string): string[] {
  return (readInput(state, blockId)?.selected_options ?? []).map(({ value }) => value);
}

/** The person chosen in the block's input; empty where nobody was. */
export function readUser(state: ViewState, blockId: string): string {
  return readInput(state, blockId)?.selected_user ?? '';
}

/** The channel chosen in the block's input; empty where none was. */
export function readConversation(state: ViewState, blockId: string): string {
  return readInput(state, blockId)?.selected_conversation ?? '';
}

/** The file handed in with the block's input, if any. */
export function readUpload(state: ViewState, blockId: string): LogoUpload | undefined {
  const file = readInput(state, blockId)?.files?.[0];
  return file && { fileId: file.id, mimetype: file.mimetype, size: file.size };
}

/** Whether the block's one checkbox is ticked. */
export function isTicked(state: ViewState, blockId: string): boolean {
  return (readInput(state, blockId)?.selected_options ?? []).length > 0;
}

/** A block's one input, whatever its action id. */
function readInput(state: ViewState, blockId: string): InputState | undefined {
  return Object.values(state[blockId] ?? {})[0];
}
