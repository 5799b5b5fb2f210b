import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { PluginKey } from '../../domain/plugin/find-key.ts';
import type { Problem } from './problems.ts';

/** Where the API lives, on PUBLIC_URL. */
export const pluginBase = '/plugin/v1';

/** Whom a request comes from, as far as its address and its Origin say. */
export interface Site {
  /** The organization of `?key=`; null without a good one. */
  key: PluginKey | null;
  /** The Origin header; null where there is none. */
  origin: string | null;
  /** Whether that is a website of the organization's list. */
  listed: boolean;
}

/** Who may do it: a website that is listed, or a server with a secret key. */
export interface Caller {
  organizationId: string;
  teamId: string;
  organizationName: string;
  keyId: string;
  /** Null for a server. */
  origin: string | null;
}

/** What a conversation's token opens. */
export interface OpenedConversation {
  ticketId: string;
  isClosed: boolean;
  revision: number;
}

export interface PluginEnv {
  Bindings: HttpBindings;
  Variables: {
    site: Site;
    /** There behind `gate.browserOrServer` and `gate.publishable`. */
    caller: Caller;
    /** There where a conversation is opened before the body is read. */
    conversation: OpenedConversation;
    /** Why a body could not be read as JSON. */
    unreadable: Problem | undefined;
  };
}

export type PluginApi = OpenAPIHono<PluginEnv>;
