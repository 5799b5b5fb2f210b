import { html } from 'hono/html';

export type Markup = ReturnType<typeof html>;

/** A page of the sandbox; what is put into it is escaped. */
export function page(title: string, content: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 28rem; padding: 0 1rem; color: #1a1f36; }
          label { display: block; margin: 0.75rem 0; }
          input { box-sizing: border-box; display: block; font: inherit; padding: 0.5rem; width: 100%; }
          button { background: #0a2540; border: 0; border-radius: 4px; color: #fff; font: inherit; padding: 0.6rem 1rem; }
          [role='alert'] { color: #b3093c; }
          td:last-child { padding-left: 2rem; text-align: right; }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${content}
      </body>
    </html>`;
}

/** What is wrong, when something is. */
export function alert(message: string | undefined): Markup | string {
  return message === undefined ? '' : html`<p role="alert">${message}</p>`;
}

export const cardFields: Markup = html`
  <label>Card number <input name="card" inputmode="numeric" autocomplete="cc-number" required placeholder="4242 4242 4242 4242" /></label>
  <label>Expiry <input name="expiry" autocomplete="cc-exp" value="12 / 34" /></label>
  <label>CVC <input name="cvc" inputmode="numeric" autocomplete="cc-csc" value="123" /></label>
  <label>Name on card <input name="name" autocomplete="cc-name" value="Sandbox Customer" /></label>
`;

/** The two ends of 3-D Secure. */
export function authenticationPage(action: string): Markup {
  return page(
    '3D Secure 2 Test Page',
    html`<p>This is a test 3D Secure 2 authentication for a transaction, showing a bank's challenge.</p>
      <form method="post" action="${action}">
        <button name="result" value="complete">Complete</button>
        <button name="result" value="fail">Fail</button>
      </form>`,
  );
}
