using Google.Protobuf;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Federation.V1;
using Outcome = MicroCreds.Federation.V1.CheckedInstitution.Types.Outcome;

namespace MicroCreds.Federation.Tests.Rules;

/// <summary>Rules between real nodes: Madrid adopts a rule of Rome, is killed, and learns after its restart what Rome published meanwhile (scenarios 27 and 30).</summary>
public sealed class AdoptionTests
{
    private const string Table = "micro-credentials";
    private const string Units = "code,title,programme,ects,eqf_level\nEST,Estadística,G-1,6,6\n";
    private const string Header = "rule,target_unit,awarding_body,achievement_code,min_ects,grant_ects\n";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task a_node_that_was_killed_catches_up_with_the_source_of_a_rule_it_adopted()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma, PilotInstitution.Madrid);
        await PublishAsync(federation[PilotInstitution.Roma], Header + "SRC,STAT,voluntariado.example,V-1,6,6\n", null);
        await PublishAsync(federation[PilotInstitution.Madrid], Header, Units);
        var adopted = await AdoptAsync(federation[PilotInstitution.Madrid]);
        Assert.Equal(("uni-roma.example", "SRC", 2), (adopted.AdoptedFrom.Institution, adopted.AdoptedFrom.RuleId, adopted.AdoptedFrom.Version));

        await federation.KillAsync(PilotInstitution.Madrid);
        await PublishAsync(federation[PilotInstitution.Roma], Header + "SRC,STAT,voluntariado.example,V-1,9,6\n", null);
        await federation.StartAsync(PilotInstitution.Madrid);
        var task = await ChangedAsync(federation, 3);
        Assert.Equal("min_ects 6→9", Assert.Single(task.Change.Cells.Select(c => $"{c.Column} {c.OldValue}→{c.NewValue}")));

        // Rome goes away and comes back; Madrid asks again after a while and goes on from its cursor.
        await federation.KillAsync(PilotInstitution.Roma);
        await federation.StartAsync(PilotInstitution.Roma);
        await PublishAsync(federation[PilotInstitution.Roma], Header, null);
        Assert.True((await ChangedAsync(federation, 4)).Change.Gone);
    }

    [Fact]
    public async Task the_rules_of_all_members_are_checked_together()
    {
        await using var federation = await TestFederation.StartAsync(PilotInstitution.Roma, PilotInstitution.Madrid);
        await PublishAsync(federation[PilotInstitution.Roma], Header + "A,STAT,uni-madrid.example,EST,6,6\n", null);
        await PublishAsync(federation[PilotInstitution.Madrid], Header + "B,EST,uni-roma.example,STAT,3,3\n", Units);
        var roma = federation[PilotInstitution.Roma].Client;
        var answer = await roma.EquivalenceAdmin.CheckFederationAsync(new(), roma.Call(CancellationToken.None));
        Assert.Equal("non_reciprocal", Assert.Single(answer.Findings).Kind);
        Assert.Equal(
            ["uni-madrid.example Checked 1", "uni-roma.example Checked 1", "voluntariado.example Unreachable 0"],
            answer.Institutions.Select(i => $"{i.Institution} {i.Outcome} {i.RuleCount}"));
        Assert.All(answer.Institutions.Where(i => i.Outcome != Outcome.Checked), i => Assert.NotEmpty(i.Detail));
    }

    private static async Task<Adoption> ChangedAsync(TestFederation federation, int version)
    {
        Adoption? found = null;
        await TestFederation.UntilAsync($"Madrid knows version {version}", Patience, async () =>
        {
            var node = federation[PilotInstitution.Madrid].Client;
            found = (await node.EquivalenceAdmin.ListAdoptionsAsync(new() { OpenOnly = true }, node.Call(CancellationToken.None))).Adoptions.FirstOrDefault(a => a.Change.ToVersion == version);
            return found is not null;
        });
        return found!;
    }

    private static async Task<EquivalenceRule> AdoptAsync(PilotNode node)
    {
        var request = new AdoptRuleRequest { RequestId = RequestId.New().Value, TableId = Table, SourceInstitution = "uni-roma.example", SourceRuleId = "SRC", TargetUnit = "EST" };
        var rule = (await node.Client.EquivalenceAdmin.AdoptRuleAsync(request, node.Client.Call(CancellationToken.None))).Rule;
        await PublishDraftAsync(node);
        return rule;
    }

    private static async Task PublishAsync(PilotNode node, string rules, string? units)
    {
        var import = new ImportDraftRequest { RequestId = RequestId.New().Value, TableId = Table };
        if (units is not null) import.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Units, FileName = "units.csv", Content = ByteString.CopyFromUtf8(units) });
        import.Sheets.Add(new Sheet { Kind = Sheet.Types.Kind.Rules, FileName = "rules.csv", Content = ByteString.CopyFromUtf8(rules) });
        await node.Client.EquivalenceAdmin.ImportDraftAsync(import, node.Client.Call(CancellationToken.None));
        await PublishDraftAsync(node);
    }

    private static async Task PublishDraftAsync(PilotNode node) => await node.Client.EquivalenceAdmin.PublishDraftAsync(
        new() { RequestId = RequestId.New().Value, TableId = Table, Reasons = { new WarningReason { Reason = "For the test." } } }, node.Client.Call(CancellationToken.None));
}
