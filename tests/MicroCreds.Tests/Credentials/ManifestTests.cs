using System.Text;
using System.Text.RegularExpressions;
using MicroCreds.Credentials;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;
using Xunit.Abstractions;

namespace MicroCreds.Tests.Credentials;

public sealed partial class ManifestTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, ReasonClass> Classes = new()
    {
        ["MALFORMED"] = ReasonClass.Malformed,
        ["UNSUPPORTED_FORMAT"] = ReasonClass.UnsupportedFormat,
        ["NO_PROOF"] = ReasonClass.NoProof,
        ["UNSUPPORTED_PROOF"] = ReasonClass.UnsupportedProof,
        ["WEAK_ALG"] = ReasonClass.WeakAlgorithm,
        ["PROOF_INVALID"] = ReasonClass.ProofInvalid,
        ["CONTEXT_UNKNOWN"] = ReasonClass.ContextUnknown,
        ["KEY_UNRESOLVABLE"] = ReasonClass.KeyUnresolvable,
        ["ISSUER_BINDING"] = ReasonClass.IssuerBinding,
        ["UNTRUSTED_ISSUER"] = ReasonClass.UntrustedIssuer,
        ["CERT_EXPIRED_AT_REF"] = ReasonClass.CertificateExpired,
        ["EXPIRED"] = ReasonClass.Expired,
        ["NOT_YET_VALID"] = ReasonClass.NotYetValid,
        ["REVOKED"] = ReasonClass.Revoked,
        ["STATUS_INVALID"] = ReasonClass.StatusInvalid,
        ["STATUS_UNAVAILABLE"] = ReasonClass.StatusUnavailable,
        ["SCHEMA_INVALID"] = ReasonClass.SchemaInvalid,
        ["INCOMPLETE"] = ReasonClass.Incomplete,
    };

    // Nothing is read under a proof that is broken or nobody's: what else the manifest knows of such a file stays unsaid.
    private static readonly ReasonClass[] Ends = [ReasonClass.Malformed, ReasonClass.ProofInvalid, ReasonClass.KeyUnresolvable, ReasonClass.UntrustedIssuer, ReasonClass.ContextUnknown, ReasonClass.UnsupportedProof, ReasonClass.UnsupportedFormat];

    /// <summary>Rows that say something else than what is right here: what is found instead, and why.</summary>
    private static readonly Dictionary<string, (Verdict Verdict, ReasonClass[] Reasons, string Why)> Otherwise = new()
    {
        ["ob3-vc-di/1edtech/credential-status-revoked.json"] = (Verdict.Hold, [ReasonClass.StatusUnavailable], "the list is of a kind that is not read, and not among the samples either: a person must look"),
        ["ob3-vc-di/1edtech/complete_v1.json"] = (Verdict.Reject, [ReasonClass.KeyUnresolvable], "the key ends it, so neither date nor schema is judged"),
        ["ob3-vc-di/dcc/v2__dataIntegrityProof__didKey__twoOIDF-revoked-notExpired-badSchema.json"] = (Verdict.Reject, [ReasonClass.ContextUnknown], "its bad schema is a context that nobody pinned, which ends it"),
        ["ob3-vc-jwt/waltid-verifiable_educational_id_sample.signed.jwt"] = (Verdict.Reject, [ReasonClass.IssuerBinding, ReasonClass.Expired], "a W3C credential that claims no achievement; it is refused for its issuer and its date"),
        ["trust/openid-federation/entity-configuration.jwt"] = (Verdict.Reject, [ReasonClass.UnsupportedFormat], "a statement about a federation, not a credential: its dates are not looked at"),
        ["trust/openid-federation/entity-configuration-HS256.jwt"] = (Verdict.Reject, [ReasonClass.UnsupportedFormat], "as above"),
        ["trust/openid-federation/subordinate-statement-A.jwt"] = (Verdict.Reject, [ReasonClass.UnsupportedFormat], "as above"),
        ["trust/openid-federation/subordinate-statement-B.jwt"] = (Verdict.Reject, [ReasonClass.UnsupportedFormat], "as above"),
        ["attacks/xxe/xxe_file.txt"] = (Verdict.Reject, [ReasonClass.UnsupportedFormat], "a word in a text file, which another file of the attack would load"),
    };

    [SamplesFact]
    public void gives_the_verdict_and_the_reasons_of_the_manifest_row_by_row()
    {
        var verifier = new CredentialVerifier(Samples.Trusted(), Samples.StatusLists());
        var (rows, wrong) = (0, new List<string>());
        foreach (var (path, format, expected, why) in Samples.Manifest().Where(row => VerdictOf(row.Expected) is not null && row.Format != "status-bitstring"))
        {
            rows++;
            var report = verifier.Verify(Samples.Read(path), Samples.At);
            var verdict = Otherwise.TryGetValue(path, out var other) ? other.Verdict : VerdictOf(expected);
            var missing = other.Reasons is null ? Missing(expected, why, report) : other.Reasons.SequenceEqual(report.Reasons) ? [] : [.. other.Reasons.Select(r => $"{r}")];
            var line = $"{path}\t{format}\t{expected}\t{why}\t{report.Format.Name()}\t{report.Verdict}\t{string.Join(", ", report.Reasons)}";
            output.WriteLine(line);
            if (report.Verdict != Verdict.Reject && !CredentialFormats.Verified.Contains(report.Format)) wrong.Add($"{path}: {report.Format.Name()} is not among the formats of cases");
            if (verdict != report.Verdict || missing.Count > 0) wrong.Add($"{line}\n  without {string.Join(", ", missing)}\n  {Describe(report)}");
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {rows} rows differ:\n{string.Join("\n", wrong)}");
        Assert.True(rows >= 165, $"{rows}");
    }

    private static Verdict? VerdictOf(string expected) => expected switch
    {
        // SHA-1 under a registered key: a person decides, which is what a policy for old transcripts can be here.
        "ACCEPT_ONLY_UNDER_LEGACY_POLICY" => Verdict.Hold,
        // A file without signature has no proof, whatever stands at the address of its issuer.
        "HOSTED_ONLY" => Verdict.Reject,
        _ when expected.StartsWith("ACCEPT", StringComparison.Ordinal) => Verdict.Accept,
        _ when expected.StartsWith("HOLD", StringComparison.Ordinal) => Verdict.Hold,
        "REJECT" => Verdict.Reject,
        _ => null,
    };

    // Every class that the manifest names, except behind one that ends the pipeline; of alternatives, which it writes with a stroke, one.
    private static List<string> Missing(string expected, string why, CredentialReport report)
    {
        var named = Words().Matches($"{why} {(expected == "HOLD_STATUS_UNAVAILABLE" ? "STATUS_UNAVAILABLE" : "")}").Select(m => m.Value.Split('/').Where(Classes.ContainsKey).ToList()).Where(w => w.Count > 0).ToList();
        if (expected.StartsWith("ACCEPT_IF", StringComparison.Ordinal)) named = [];
        var found = report.Reasons;
        return [.. named.Where(words => !words.Exists(w => found.Contains(Classes[w]))).Where(_ => !found.Any(Ends.Contains) || !named.Exists(words => words.Exists(w => found.Contains(Classes[w])))).Select(words => string.Join('/', words))];
    }

    [GeneratedRegex("[A-Z][A-Z_/]+[A-Z]")]
    private static partial Regex Words();

    [SamplesFact]
    public void holds_what_points_to_a_status_list_that_is_not_at_hand()
    {
        var (with, without) = (new CredentialVerifier(Samples.Trusted(), Samples.StatusLists()), new CredentialVerifier(Samples.Trusted()));
        var accepted = 0;
        foreach (var (path, _, _, _) in Samples.Manifest().Where(row => row.Format == "ob3-vc-di" && row.Path.Contains("validStatus", StringComparison.Ordinal)))
        {
            accepted++;
            Assert.Equal(Verdict.Accept, with.Verify(Samples.Read(path), Samples.At).Verdict);
            Assert.Equal([ReasonClass.StatusUnavailable], without.Verify(Samples.Read(path), Samples.At).Reasons.AsEnumerable());
        }
        Assert.True(accepted >= 5, $"{accepted}");
    }

    [SamplesFact]
    public void refuses_what_is_no_credential_in_words()
    {
        var verifier = new CredentialVerifier(Samples.Anchors());
        foreach (var (path, format, _, _) in Samples.Manifest().Where(row => VerdictOf(row.Expected) is null && row.Expected != "VECTOR" && !row.Path.EndsWith("**", StringComparison.Ordinal) && row.Path != "path"))
        {
            var report = verifier.Verify(Samples.Read(path), Samples.At);
            Assert.True(report.Verdict == Verdict.Reject && report.Reasons is [ReasonClass.UnsupportedFormat or ReasonClass.Malformed] or [ReasonClass.NoProof, ReasonClass.SchemaInvalid], $"{path} ({format}): {Describe(report)}");
        }
    }

    [SamplesFact]
    public void maps_the_official_annex_one_sample_and_warns_of_60_months()
    {
        // Scenario 4.
        var report = new CredentialVerifier([]).Verify(Samples.Read("elm-json-unsigned/Sample-MC-Annex1-unsigned-uploadable.json"), Samples.At);
        var achievement = report.Achievement!;
        Assert.Equal("Digital micro-credential creation", achievement.Title.In("en"));
        Assert.Equal(200, achievement.Credits!.Value.Hundredths);
        Assert.Equal(3600, achievement.Volume!.Minutes);
        Assert.Equal("P60M", achievement.ActivityVolume!.Iso);
        Assert.Null(achievement.ActivityVolume.Minutes);
        Assert.Equal(6, achievement.EqfLevel);
        Assert.Equal([AssessmentType.ArtefactAssessment], achievement.AssessmentTypes.AsEnumerable());
        Assert.Equal([LearningMode.Blended], achievement.Modes.AsEnumerable());
        Assert.Equal(AssessmentSupervision.UnsupervisedWithoutIdentityVerification, achievement.Supervision);
        Assert.Equal(LearningSetting.NonFormal, achievement.Setting);
        Assert.Equal(["003", "0688"], achievement.IscedFields.AsEnumerable());
        Assert.Equal(["en"], achievement.Languages.AsEnumerable());
        Assert.Equal("Pass", achievement.Grade!.Label);
        Assert.False(achievement.PartialQualification);
        Assert.Equal(2, achievement.Outcomes.Length);
        Assert.Equal(3, achievement.Outcomes[0].Skills.Length);
        Assert.Equal("IRL", achievement.AwardingBodies.Single().CountryCode);
        Assert.Equal("national:ITA:LA-234218", report.Holder!.Identifier);

        var plausibility = report.Checks.Single(c => c.Kind == CheckKind.Plausibility);
        Assert.Equal(ReasonClass.Implausible, plausibility.Reason);
        Assert.True(plausibility.Holds);
        Assert.Contains("P60M", plausibility.Evidence, StringComparison.Ordinal);
        Assert.Contains("PT60H", plausibility.Evidence, StringComparison.Ordinal);
        Assert.Contains("birth date", plausibility.Evidence, StringComparison.Ordinal);
        Assert.Equal(["M11"], report.MissingElements.AsEnumerable());
    }

    [SamplesFact]
    public void shows_what_is_odd_about_a_real_credential_with_a_perfect_seal()
    {
        var report = new CredentialVerifier(Samples.Anchors()).Verify(Samples.Read("edc-jades/mynextid-edc-mc-signed.jsonld"), Samples.At);
        Assert.Equal(CheckResult.Ok, report.Checks.Single(c => c.Kind == CheckKind.CertificateChain).Result);
        Assert.Contains("NTREE-17207834", report.Checks.Single(c => c.Kind == CheckKind.IssuerBinding).Evidence, StringComparison.Ordinal);
        Assert.Contains("asserted by the sealer", report.Checks.Single(c => c.Kind == CheckKind.AwardingBody).Evidence, StringComparison.Ordinal);
        var plausibility = report.Checks.Single(c => c.Kind == CheckKind.Plausibility).Evidence;
        Assert.Contains("9 hours per credit", plausibility, StringComparison.Ordinal);
        Assert.Contains("MECU Level 7", plausibility, StringComparison.Ordinal);
        Assert.Equal(AssessmentSupervision.SupervisedWithIdentityVerification, report.Achievement!.Supervision);
        // The skills carry local ids with ESCO labels.
        Assert.All(report.Achievement.Outcomes, outcome => Assert.Empty(outcome.Skills));
        Assert.Null(report.IssuerId);
    }

    [SamplesTheory]
    [InlineData("edc-jades/mynextid-edc-mc-signed.jsonld", "Title of your learning achievement")]
    [InlineData("edc-jades/mynextid-edc-cas-signed.jsonld", "NETIS d.o.o.")]
    [InlineData("edc-jades/credential-signed.jsonld", "Max Power")]
    public void notices_one_changed_byte_in_a_real_seal(string path, string inside)
    {
        var file = Samples.Read(path);
        var at = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(inside));
        Assert.True(at > 0);
        file[at] ^= 0x01;
        var report = new CredentialVerifier(Samples.Anchors()).Verify(file, Samples.At);
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([ReasonClass.ProofInvalid], report.Reasons.AsEnumerable());
        Assert.Null(report.Achievement);
    }

    [SamplesFact]
    public void refuses_a_real_seal_without_its_anchor()
    {
        var report = new CredentialVerifier([]).Verify(Samples.Read("edc-jades/mynextid-edc-mc-signed.jsonld"), Samples.At);
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([ReasonClass.UntrustedIssuer], report.Reasons.AsEnumerable());
        Assert.DoesNotContain(report.Checks, c => c.Kind > CheckKind.CertificateChain);
    }

    [SamplesFact]
    public void answers_every_file_of_every_format_and_accepts_none_unsealed()
    {
        var verifier = new CredentialVerifier(Samples.Anchors());
        foreach (var file in Directory.EnumerateFiles(Samples.Root, "*", SearchOption.AllDirectories).Where(f => !f.Contains("edc-jades", StringComparison.Ordinal)))
        {
            var report = verifier.Verify(File.ReadAllBytes(file), Samples.At);
            Assert.True(report.Verdict == Verdict.Reject, file);
            Assert.NotEmpty(report.Reasons);
            if (file.Contains("elm-simulated-proof", StringComparison.Ordinal)) Assert.Contains(ReasonClass.UnsupportedProof, report.Reasons);
        }
    }

    private static string Describe(CredentialReport report) =>
        $"{report.Verdict}: {string.Join("\n", report.Checks.Select(c => $"{c.Kind} {c.Result} {c.Reason} {c.Evidence}"))}";
}
