
namespace MicroCreds.Federation.Tests.Pilot;

/// <summary>The main job from the first key to the last receipt: field reference G, scenarios 1 and 6.</summary>
public sealed class PilotTests(PilotProcess pilot) : IClassFixture<PilotProcess>
{
    private static readonly string[] Story =
    [
        "keys_made", "nodes_up", "partners_reached", "grade_tables_put", "tables_published", "credentials_issued", "credential_submitted", "decided_by_officer", "decision_received", "decided_by_rule",
        "second_decision_received", "evidence_verified", "summary",
    ];

    [Fact]
    public void every_step_holds_in_order_and_nothing_else_is_on_standard_output()
    {
        Assert.True(pilot.ExitCode == 0, pilot.Output + pilot.Error);
        Assert.Equal(Story, pilot.Steps.Select(step => (string?)step["step"]));
        Assert.All(pilot.Steps, step => Assert.True((bool?)step["ok"], step.ToJsonString()));
    }

    [Fact]
    public void the_summary_shows_both_decisions_as_both_sides_hold_them()
    {
        var decisions = pilot.Step("summary")["decisions"]!.AsArray().Select(one => one!.AsObject()).ToList();

        Assert.Equal(["officer", "rule"], decisions.Select(one => (string?)one["decidedBy"]));
        Assert.Equal(["full", "full"], decisions.Select(one => (string?)one["outcome"]));
        Assert.Equal([(300, 300), (600, 600)], decisions.Select(one => ((int)one["claimedEctsHundredths"]!, (int)one["grantedEctsHundredths"]!)));
        Assert.All(decisions, one =>
        {
            Assert.Equal(["case", "outcome", "decidedBy", "claimedEctsHundredths", "grantedEctsHundredths", "digestAtSender", "digestAtReceiver", "receiptDigest"], one.Select(member => member.Key));
            Assert.Equal((string?)one["digestAtSender"], (string?)one["digestAtReceiver"]);
            Assert.Matches("^[A-Za-z0-9_-]{43}$", (string?)one["digestAtSender"]);
            Assert.Matches("^[A-Za-z0-9_-]{43}$", (string?)one["receiptDigest"]);
        });
        Assert.Equal(2, decisions.Select(one => (string?)one["digestAtSender"]).Distinct().Count());
    }

    [Fact]
    public void the_organisations_credential_is_referred_with_a_full_proposal_on_the_validation_track()
    {
        var submitted = pilot.Step("credential_submitted");

        Assert.Equal(("referred", "validation", "full"), ((string?)submitted["state"], (string?)submitted["track"], (string?)submitted["proposedOutcome"]));
        Assert.Equal((300, 5), ((int?)submitted["proposedEctsHundredths"], (int?)submitted["outcomesCovered"]));
        Assert.Equal(("Apto", "PT75H"), ((string?)pilot.Step("decided_by_officer")["claimedGrade"], (string?)pilot.Step("decided_by_officer")["claimedVolume"]));
    }

    [Fact]
    public void the_partners_credential_is_granted_by_the_rule_with_28_from_the_named_overlaps()
    {
        var granted = pilot.Step("decided_by_rule");

        Assert.Equal(("28", "NT (8.0)"), ((string?)granted["grantedGrade"], (string?)granted["claimedGrade"]));
        var overlaps = granted["overlaps"]!.AsArray().ToDictionary(overlap => (string)overlap!["grade"]!, overlap => (int)overlap!["shareHundredthsPercent"]!);
        // Field reference G 6: 30 17.6 %, 28 34.2 %, 27 32.8 %, 26 14.0 %, and 29 between them.
        Assert.Equal(["26", "27", "28", "29", "30"], overlaps.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(overlaps["30"], 1750, 1764);
        Assert.InRange(overlaps["28"], 3415, 3424);
        Assert.InRange(overlaps["27"], 3275, 3284);
        Assert.InRange(overlaps["26"], 1395, 1404);
    }

    [Fact]
    public void the_nodes_and_the_temporary_folder_are_gone_at_the_end()
    {
        Assert.False(Directory.Exists((string?)pilot.Step("keys_made")["directory"]));
        Assert.Equal(3, pilot.Step("nodes_up")["nodes"]!.AsArray().Count);
    }
}
