import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Variable, variables } from '../../src/config.ts';
import { metrics } from '../../src/metrics/readings.ts';
import { botScopes, signInScopes } from '../../src/slack/scopes.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const names = Object.keys(variables) as Variable[];

/** Left to their defaults wherever the product is deployed: they exist for test doubles. */
const forDoubles: Variable[] = ['SLACK_API_URL', 'OIDC_ISSUER', 'STRIPE_API_BASE'];

interface Resource {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec?: { template?: { metadata?: { annotations?: Record<string, string> }; spec: PodSpec } };
}
interface PodSpec {
  securityContext: { runAsNonRoot: boolean };
  containers: { env?: { name: string; value: string }[]; readinessProbe?: object; livenessProbe?: object }[];
}

const folder = 'manifests/kubernetes';
const resources = readdirSync(join(root, folder))
  .filter((file) => file !== 'kustomization.yaml')
  .flatMap((file) => parseAllDocuments(read(join(folder, file))).map((doc) => doc.toJS() as Resource));
const pods = resources.flatMap((resource) => (resource.spec?.template ? [resource.spec.template.spec] : []));

describe('.env.example', () => {
  const mentioned = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map((match) => match[1]);

  it('has every variable of the configuration once, and no other', () => {
    expect(mentioned.sort()).toEqual([...names].sort());
  });

  it('has a comment above every group', () => {
    for (const group of read('.env.example').trim().split('\n\n')) expect(group).toMatch(/^# /);
  });
});

describe('README.md', () => {
  it('has every variable of the configuration in its table, and no other', () => {
    const rows = [...read('README.md').matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect(rows.sort()).toEqual([...names].sort());
  });
});

describe('README.md on scopes', () => {
  it('says of every scope why it is asked for, and of no other', () => {
    const [, section = ''] = read('README.md').split('## What it asks Slack for');
    const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]),
    );
    expect(named.sort()).toEqual([...botScopes, ...signInScopes].sort());
  });

  it('names every script of package.json that an operator or a developer runs', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const name of Object.keys(scripts).filter(
      (script) => !['postinstall', 'prepare'].includes(script),
    )) {
      expect(read('README.md'), name).toMatch(new RegExp(`npm (run )?${name}\\b`));
    }
  });
});

describe('the Kubernetes manifests', () => {
  it('set only variables that the configuration knows, and every one that a deployment needs', () => {
    const set = new Set(
      resources
        .flatMap(({ data, stringData }) => [...Object.keys(data ?? {}), ...Object.keys(stringData ?? {})])
        .concat(
          pods.flatMap((pod) => pod.containers.flatMap(({ env }) => (env ?? []).map(({ name }) => name))),
        ),
    );
    const expected = names.filter((name) => ![...forDoubles, 'DATA_DIR'].includes(name));
    expect([...set].sort()).toEqual(expected.sort());
  });

  it('run nothing as root, and probe what runs for long', () => {
    expect(pods).toHaveLength(3);
    for (const pod of pods) expect(pod.securityContext.runAsNonRoot).toBe(true);
    for (const resource of resources.filter(({ kind }) => kind === 'Deployment')) {
      for (const container of resource.spec?.template?.spec.containers ?? []) {
        expect(container).toMatchObject({
          readinessProbe: { httpGet: { path: '/readyz' } },
          livenessProbe: { httpGet: { path: '/healthz' } },
        });
      }
    }
  });

  it('list every file in the kustomization', () => {
    const { resources: listed } = parse(read(join(folder, 'kustomization.yaml'))) as { resources: string[] };
    const files = readdirSync(join(root, folder)).filter((file) => file !== 'kustomization.yaml');
    expect(listed.sort()).toEqual(files.sort());
  });

  it('are rendered by kubectl kustomize', ({ skip }) => {
    let rendered: string;
    try {
      rendered = execFileSync('kubectl', ['kustomize', join(root, folder)], { encoding: 'utf8' });
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!missing || process.env.CI) throw error;
      return skip('kubectl is not installed');
    }
    const kinds = parseAllDocuments(rendered).map((doc) => (doc.toJS() as Resource).kind);
    expect(kinds).toHaveLength(resources.length);
  });
});

describe('the alert rules', () => {
  const { groups } = parse(read('manifests/alerts.yaml')) as {
    groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  it('each have a name of their own, a sentence, and only metrics that are measured', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, annotations } of rules) {
      const named = expr.match(/orgdesk_\w+/g) ?? [];
      expect(named.length, alert).toBeGreaterThan(0);
      for (const name of named) expect(Object.keys(metrics), alert).toContain(name);
      expect(annotations.summary, alert).toMatch(/\w/);
    }
  });

  it('have pods to scrape, on the port that is configured', () => {
    const port = resources.find(({ kind }) => kind === 'ConfigMap')?.data?.METRICS_PORT;
    const deployments = resources.filter(({ kind }) => kind === 'Deployment');
    expect(deployments).toHaveLength(2);
    for (const { spec } of deployments) {
      expect(spec?.template?.metadata?.annotations).toMatchObject({
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': port,
        'prometheus.io/path': '/metrics',
      });
      expect(spec?.template?.spec.containers[0]).toMatchObject({
        ports: expect.arrayContaining([{ name: 'metrics', containerPort: Number(port) }]),
      });
    }
  });
});

describe('compose.yaml', () => {
  it('sets only variables that the configuration knows, for services that the Dockerfile builds', () => {
    const compose = parse(read('manifests/compose.yaml'), { merge: true }) as {
      services: Record<string, { image: string; environment?: Record<string, string> }>;
    };
    const own = Object.values(compose.services).filter(({ image }) => image === 'orgdesk');
    expect(own).toHaveLength(3);
    for (const { environment } of own) {
      for (const name of Object.keys(environment ?? {})) expect(names).toContain(name);
    }
  });
});

describe('the Dockerfile', () => {
  it('runs the build as an unprivileged user, in a stage without the sources', () => {
    const stages = read('manifests/Dockerfile')
      .split(/^FROM /m)
      .slice(1);
    expect(stages).toHaveLength(2);
    expect(stages[1]).toMatch(/^USER node$/m);
    expect(stages[1]).not.toMatch(/COPY src/);
  });
});
