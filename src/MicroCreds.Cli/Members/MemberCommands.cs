using System.CommandLine;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Members;

/// <summary><c>mcf member list|echo|node</c>: who is in the federation, and whether they can be reached.</summary>
internal static class MemberCommands
{
    /// <summary>Members of the trust list.</summary>
    public static Command List(CommandHost host) => new Command("list", "List the members of the trust list.").Calls(host, async (call, cancellationToken) =>
    {
        var request = new ListMembersRequest();
        var members = await Paging.AllAsync<Member>(0, async (size, token) =>
        {
            (request.PageSize, request.PageToken) = (size, token);
            var page = await call.Node.Members.ListMembersAsync(request, call.Node.Call(cancellationToken));
            return (page.Members, page.NextPageToken);
        });
        call.Output.Write(members, console =>
        {
            var table = Tables.Of("organisation", "name", "kind", "status", "node", "here", "identifiers");
            foreach (var one in members)
                table.Row(one.Organisation, one.Name, one.Kind.Replace('_', ' '), one.Status, string.Join(", ", one.Endpoints), one.HostedHere ? "yes" : "no", string.Join(", ", one.LegalIdentifiers));
            console.Write(table);
        });
    });

    /// <summary>Asks a node, here or a partner's, how it knows the caller.</summary>
    public static Command Echo(CommandHost host)
    {
        var partner = new Argument<string>("ORGANISATION") { Description = "Partner to ask through this node; without it this node answers itself.", Arity = ArgumentArity.ZeroOrOne };
        var message = new Option<string>("--message") { Description = "Text to say back." };
        return new Command("echo", "Test the whole way to this node or to a partner.") { partner, message }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new EchoRequest { Institution = call.Parsed.GetValue(partner) ?? "", Message = call.Parsed.GetValue(message) ?? "echo" };
            var answer = await call.Node.Members.EchoAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer, console => console.Write(Tables.Facts(
                ("answered by", answer.AnsweredBy), ("message", answer.Message), ("you are", $"{answer.CallerKind} {answer.CallerName}".Trim()), ("roles", string.Join(", ", answer.Roles)),
                ("TLS", answer.TlsVersion), ("client key", answer.ClientKeyDigest))));
        });
    }

    /// <summary>What the node fetches from outside.</summary>
    public static Command Trust(CommandHost host) => new Command("trust", "Show what this node fetches from outside to judge credentials by: what it holds, since when, until when, and what failed.").Calls(host, async (call, cancellationToken) =>
    {
        var request = new ListTrustSourcesRequest();
        var sources = await Paging.AllAsync<TrustSource>(0, async (size, token) =>
        {
            (request.PageSize, request.PageToken) = (size, token);
            var page = await call.Node.Members.ListTrustSourcesAsync(request, call.Node.Call(cancellationToken));
            return (page.TrustSources, page.NextPageToken);
        });
        call.Output.Write(sources, console =>
        {
            if (sources.Count == 0) console.Say("This node fetches nothing: its configuration names no issuers, status lists or trusted lists (Node:Trust).");
            foreach (var one in sources)
            {
                console.Heading($"{one.Kind.Replace('_', ' ')} {one.Address}: {one.State.ToString().ToLowerInvariant()}");
                console.Write(Tables.Facts(
                    ("what", one.Description), ("size", one.SizeBytes > 0 ? $"{one.SizeBytes} bytes" : ""), ("fetched", Time(one.FetchTime)), ("confirmed", Time(one.ConfirmTime)), ("relied upon until", Time(one.ReliedUntilTime)),
                    ("last try", one.Failure.Length > 0 ? $"{Time(one.TryTime)}: {one.Failure} ({one.Failures} {(one.Failures == 1 ? "failure" : "failures in a row")})" : Time(one.TryTime)), ("next try", Time(one.NextTime))));
            }
        });

        static string Time(Google.Protobuf.WellKnownTypes.Timestamp? time) => time?.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) ?? "";
    });

    /// <summary>What the node is.</summary>
    public static Command Node(CommandHost host) => new Command("node", "Show what this node is, its limits and rules of procedure.").Calls(host, async (call, cancellationToken) =>
    {
        var node = await call.Node.Members.GetNodeAsync(new(), call.Node.Call(cancellationToken));
        call.Output.Write(node, console =>
        {
            console.Write(Tables.Facts(("software", node.SoftwareVersion), ("largest credential", $"{node.MaxCredentialBytes} bytes"), ("largest request", $"{node.MaxRequestBytes} bytes"), ("trust list", $"serial {node.TrustListSerial}")));
            var table = Tables.Of("institution", "authority", "decides within", "appeal", "clock", "rules of", "criteria");
            foreach (var one in node.Institutions)
                table.Row(one.Organisation, one.Authority, $"{one.DecisionMonths} months", $"{one.AppealDays} days", one.ClockPolicy.Replace('_', ' '), one.RuleDatePolicy.Replace('_', ' '), one.CriteriaUrl);
            console.Write(table);
        });
    });
}
