using System.CommandLine;
using System.Globalization;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Federation.V1;

namespace MicroCreds.Cli.Rules;

/// <summary><c>mcf rule drafts|history|diff|restore|discard</c>: the versions of a table, and its draft.</summary>
internal static class HistoryCommands
{
    private static readonly Option<string> Table = new("--table", "-t") { Description = "Table.", HelpName = "TABLE", Required = true };
    private static readonly Option<string> Etag = new("--etag") { Description = "Act only if the draft still has this etag. Default: act on whatever stands." };

    /// <summary>Versions, newest first.</summary>
    public static Command History(CommandHost host)
    {
        var limit = Paging.Limit();
        return new Command("history", "List the versions of a table, newest first, and its draft.") { Table, limit }.Calls(host, async (call, cancellationToken) =>
        {
            EquivalenceDraft? draft = null;
            var inForce = 0;
            var versions = await Paging.AllAsync<PublishedVersion>(call.Parsed.GetValue(limit), async (size, token) =>
            {
                var page = await call.Node.EquivalenceAdmin.ListVersionsAsync(
                    new() { Institution = call.Institution, TableId = call.Text(Table), PageSize = size, PageToken = token }, call.Node.Call(cancellationToken));
                (draft, inForce) = (page.Draft, page.VersionInForce);
                return (page.Versions, page.NextPageToken);
            });
            call.Output.Write(versions, console =>
            {
                if (draft is not null) console.Say($"Draft: {draft.UnitCount} units, {draft.RuleCount} rules, edited by {draft.EditedBy} at {PlainText.Of(draft.UpdateTime)}{(draft.ApprovedBy.Length > 0 ? $", approved by {draft.ApprovedBy}" : draft.ApprovalNeeded ? ", not approved yet" : "")}. Etag {draft.Etag}.");
                var table = Tables.Of("version", "in force", "published", "by", "approved by", "units", "rules", "digest", "warnings accepted");
                foreach (var one in versions)
                    table.Row($"{one.Version}", one.Version == inForce ? "yes" : one.EffectiveDate.Length > 0 ? $"from {one.EffectiveDate}" : "", PlainText.Of(one.PublishTime), one.PublishedBy, one.ApprovedBy, $"{one.UnitCount}", $"{one.RuleCount}", one.Digest,
                        string.Join("\n", one.AcceptedWarnings.Select(warning => $"{warning.Count} {warning.Kind}: {warning.Reason}")));
                console.Write(table);
            });
        });
    }

    /// <summary>Drafts of all tables.</summary>
    public static Command Drafts(CommandHost host)
    {
        var limit = Paging.Limit();
        return new Command("drafts", "List the drafts of all tables, also of those never published.") { limit }.Calls(host, async (call, cancellationToken) =>
        {
            var drafts = await Paging.AllAsync<EquivalenceDraft>(call.Parsed.GetValue(limit), async (size, token) =>
            {
                var page = await call.Node.EquivalenceAdmin.ListDraftsAsync(new() { Institution = call.Institution, PageSize = size, PageToken = token }, call.Node.Call(cancellationToken));
                return (page.Drafts, page.NextPageToken);
            });
            call.Output.Write(drafts, console =>
            {
                var table = Tables.Of("table", "units", "rules", "edited", "by", "approved by", "etag");
                foreach (var one in drafts) table.Row(one.TableId, $"{one.UnitCount}", $"{one.RuleCount}", PlainText.Of(one.UpdateTime), one.EditedBy, one.ApprovedBy, one.Etag);
                console.Write(table);
            });
        });
    }

    /// <summary>What differs between two versions, or a version and the draft.</summary>
    public static Command Diff(CommandHost host)
    {
        var from = State("--from", "Older side: a version, or draft.");
        var to = State("--to", "Newer side: a version, or draft. Default: draft.", "draft");
        var limit = Paging.Limit();
        return new Command("diff", "Show what differs between two versions of a table, in the words of the sheets.") { Table, from, to, limit }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new CompareVersionsRequest { Institution = call.Institution, TableId = call.Text(Table), FromVersion = Version(call.Text(from)), ToVersion = Version(call.Text(to)) };
            var whole = new CompareVersionsResponse();
            var rows = await Paging.AllAsync<RowChange>(call.Parsed.GetValue(limit), async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                whole = await call.Node.EquivalenceAdmin.CompareVersionsAsync(request, call.Node.Call(cancellationToken));
                return (whole.Rows, whole.NextPageToken);
            });
            (whole.NextPageToken, var listed) = ("", rows.ToArray());
            whole.Rows.Clear();
            whole.Rows.AddRange(listed);
            call.Output.Write(whole, console =>
            {
                foreach (var (name, counts) in new[] { ("units", whole.Units), ("outcomes", whole.Outcomes), ("rules", whole.Rules), ("sources", whole.Sources) }.Where(sheet => sheet.Item2 is not null))
                    console.Say($"{name}: {counts.NewCount} new, {counts.ChangedCount} changed, {counts.UnchangedCount} unchanged, {counts.RemovedCount} removed");
                ImportView.Rows(console, whole.Rows);
            });
        });
    }

    /// <summary>Makes the draft equal to a version.</summary>
    public static Command Restore(CommandHost host)
    {
        var version = new Option<int>("--version") { Description = "Version to restore.", HelpName = "N", Required = true };
        var validateOnly = new Option<bool>("--validate-only") { Description = "Show what the draft would be, keep nothing." };
        return new Command("restore", "Make the draft equal to an earlier version, to be published as the next.") { Table, version, validateOnly, Etag, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
        {
            var request = new RestoreVersionRequest
            {
                RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, TableId = call.Text(Table), Version = call.Parsed.GetValue(version), Etag = call.Text(Etag), ValidateOnly = call.Parsed.GetValue(validateOnly),
            };
            var answer = await call.Node.EquivalenceAdmin.RestoreVersionAsync(request, call.Node.Call(cancellationToken));
            call.Output.Write(answer, console =>
            {
                console.Say($"{(request.ValidateOnly ? "The draft would be" : "The draft is")} version {request.Version}: {answer.Draft.UnitCount} units, {answer.Draft.RuleCount} rules, digest {answer.Draft.Digest}. Etag {answer.Draft.Etag}.");
                RuleAdminCommands.Findings(console, answer.Findings);
            });
        });
    }

    /// <summary>Throws the draft away.</summary>
    public static Command Discard(CommandHost host) => new Command("discard", "Throw the draft away; what is published stays.") { Table, Etag, RequestIds.Option }.Calls(host, async (call, cancellationToken) =>
    {
        var answer = await call.Node.EquivalenceAdmin.DiscardDraftAsync(
            new() { RequestId = RequestIds.Of(call.Parsed), Institution = call.Institution, TableId = call.Text(Table), Etag = call.Text(Etag) }, call.Node.Call(cancellationToken));
        call.Output.Write(answer, console => console.Say($"Threw away the draft of {answer.Draft.TableId}: {answer.Draft.UnitCount} units, {answer.Draft.RuleCount} rules."));
    });

    private static Option<string> State(string name, string description, string? standard = null)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "N|draft", Required = standard is null };
        if (standard is not null) option.DefaultValueFactory = _ => standard;
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && Version(given.Value) < 0) result.AddError($"{name} must be a version from 1, or draft.");
        });
        return option;
    }

    // The contract's number of a state: 0 is the draft.
    private static int Version(string text) =>
        text == "draft" ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? version : -1;
}
