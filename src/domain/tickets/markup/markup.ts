/** What somebody wrote, as blocks: safe to show in any form, because it holds words and never markup of a reader's. */
export type Markup = Block[];

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'quote'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; items: ListItem[] };

export interface ListItem {
  /** As it was written: `•`, `1.`, `b.` */
  marker: string;
  /** 0 for the outermost. */
  depth: number;
  children: Inline[];
}

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis' | 'deleted'; children: Inline[] }
  | { kind: 'code'; text: string }
  /** `url` is absolute, with the scheme https, http, mailto or tel. */
  | { kind: 'link'; url: string; label: string }
  | { kind: 'break' };

/** Names of the people who are mentioned, by their Slack user ids. */
export type Names = ReadonlyMap<string, string>;
