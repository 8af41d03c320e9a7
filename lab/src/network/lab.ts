import { UdpError } from "@udp/core";
import { LabError } from "../errors.ts";
import { checkBadLink } from "../link/bad-link.ts";
import { LabLink } from "../link/lab-link.ts";
import { linkNodesOf } from "../plan/bad-cables.ts";
import type { Plan } from "../plan/plan.ts";
import { addressesOf } from "../plan/plan.ts";
import { planScript } from "../plan/plan-script.ts";
import { LabHost } from "./host.ts";
import { Sandbox } from "./sandbox.ts";

/** A network of namespaces, which is there until it is disposed of or this process is gone. */
export class Lab implements AsyncDisposable {
  readonly plan: Plan;
  /** Every host, router and switch. */
  readonly hosts: readonly LabHost[];
  /** The bad links, in the order of the plan's cables. */
  readonly links: readonly LabLink[];
  readonly #sandbox: Sandbox;

  private constructor(plan: Plan, sandbox: Sandbox, links: readonly LabLink[]) {
    this.plan = plan;
    this.hosts = plan.nodes.map((node) => new LabHost(sandbox, node.name, addressesOf(plan, node)));
    this.links = links;
    this.#sandbox = sandbox;
  }

  /**
   * Makes the network of a plan; once it settles, datagrams pass.
   *
   * @throws LabError `LAB_UNSUPPORTED`, `LAB_BROKEN`; UdpError `UDP_BAD_OPTION`.
   */
  static async open(plan: Plan): Promise<Lab> {
    checkPlan(plan);
    const sandbox = await Sandbox.open(planScript(plan), hasFilters(plan) ? ["nft"] : []);
    try {
      return new Lab(plan, sandbox, await startLinks(plan, sandbox));
    } catch (error) {
      await sandbox[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** @throws LabError `LAB_UNKNOWN_NAME`. */
  host(name: string): LabHost {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (host !== undefined) return host;
    const names = this.hosts.map((candidate) => candidate.name).join(", ");
    throw new LabError("LAB_UNKNOWN_NAME", `expected one of ${names}; got ${name}`);
  }

  /** The bad link of a network that has one, or the first one. @throws LabError `LAB_UNKNOWN_NAME` where every link is perfect. */
  get link(): LabLink {
    const [link] = this.links;
    if (link !== undefined) return link;
    throw new LabError("LAB_UNKNOWN_NAME", "this network was made without a bad link");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }
}

function startLinks(plan: Plan, sandbox: Sandbox): Promise<LabLink[]> {
  const links = linkNodesOf(plan).map(({ name, options }) =>
    LabLink.start(new LabHost(sandbox, name, []), options),
  );
  return Promise.all(links);
}

const NODE_NAME = /^[a-z][a-z0-9]{0,14}$/;

/** What would come to light only in a network that is half built. */
function checkPlan(plan: Plan): void {
  for (const { name } of plan.nodes) {
    if (NODE_NAME.test(name)) continue;
    const expected = "at most 15 small letters and digits, a letter first";
    throw new UdpError("UDP_BAD_OPTION", `node name: expected ${expected}; got ${name}`);
  }
  for (const { options } of linkNodesOf(plan)) checkBadLink(options);
}

function hasFilters({ nodes, cables }: Plan): boolean {
  return (
    nodes.some(({ firewall }) => firewall !== undefined) ||
    cables.some(({ carriesBytes }) => carriesBytes !== undefined)
  );
}
