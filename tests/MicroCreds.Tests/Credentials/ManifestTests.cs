using System.Text;
using MicroCreds.Credentials;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

public sealed class ManifestTests
{
    private static readonly Dictionary<string, ReasonClass> Classes = new()
    {
        ["MALFORMED"] = ReasonClass.Malformed,
        ["NO_PROOF"] = ReasonClass.NoProof,
        ["CERT_EXPIRED_AT_REF"] = ReasonClass.CertificateExpired,
        ["INCOMPLETE"] = ReasonClass.Incomplete,
        ["SCHEMA_INVALID"] = ReasonClass.SchemaInvalid,
        ["UNSUPPORTED_PROOF"] = ReasonClass.UnsupportedProof,
        ["NOT_YET_VALID"] = ReasonClass.NotYetValid,
        ["REVOKED"] = ReasonClass.Revoked,
        ["STATUS_INVALID"] = ReasonClass.StatusInvalid,
    };

    private static readonly Dictionary<string, ReasonClass> Proofs = new()
    {
        ["PROOF_INVALID"] = ReasonClass.ProofInvalid,
        ["CONTEXT_UNKNOWN"] = ReasonClass.ContextUnknown,
        ["KEY_UNRESOLVABLE"] = ReasonClass.KeyUnresolvable,
        ["ISSUER_BINDING"] = ReasonClass.IssuerBinding,
    };

    /// <summary>Formats that the node verifies. All other rows are refused in words, and counted below.</summary>
    private static readonly string[] Verified = ["edc-jades", "elm-json-unsigned", "elm-simulated-proof", "ob3-eu-unsigned", "ob3-vc-jwt", "sd-jwt", "ob3-vc-di", "ob3-baked", "clr2"];

    public static TheoryData<string, string, string> Rows()
    {
        var rows = new TheoryData<string, string, string>();
        if (Samples.SkipReason is not null) return rows;
        foreach (var (path, format, expected, why) in Samples.Manifest())
        {
            if (Verified.Contains(format) && expected != "VECTOR") rows.Add(path, expected, why);
        }
        return rows;
    }

    [SamplesTheory]
    [MemberData(nameof(Rows))]
    public void gives_the_verdict_and_the_reasons_of_the_manifest(string path, string expected, string why)
    {
        var report = new CredentialVerifier(Samples.Trusted(), Samples.StatusLists()).Verify(Samples.Read(path), Samples.At);
        // The list of this one is of a kind that is not read, and not among the samples either: a person must look.
        if (path.EndsWith("1edtech/credential-status-revoked.json", StringComparison.Ordinal))
        {
            Assert.True(report.Verdict == Verdict.Hold && report.Reasons.Contains(ReasonClass.StatusUnavailable), Describe(report));
            return;
        }
        var verdict = expected.Split('_')[0] switch { "ACCEPT" => Verdict.Accept, "HOLD" => Verdict.Hold, _ => Verdict.Reject };
        Assert.True(verdict == report.Verdict, Describe(report));
        foreach (var (word, reason) in Proofs)
        {
            if (why.StartsWith(word, StringComparison.Ordinal) || why.Contains($"; {word}", StringComparison.Ordinal) || why.Contains($"+ {word}", StringComparison.Ordinal))
                Assert.True(report.Reasons.Contains(reason) || report.Reasons.Contains(ReasonClass.UnsupportedProof) || report.Reasons.Contains(ReasonClass.SchemaInvalid), $"{word} expected. {Describe(report)}");
        }
        // Nothing is read under a proof that is broken or nobody's: what else the manifest knows of such a file stays unsaid.
        if (report.Reasons.Any(r => r is ReasonClass.ProofInvalid or ReasonClass.KeyUnresolvable or ReasonClass.UntrustedIssuer or ReasonClass.ContextUnknown)) return;
        foreach (var (word, reason) in Classes)
        {
            if (why.Contains(word, StringComparison.Ordinal)) Assert.True(report.Reasons.Contains(reason), $"{word} expected. {Describe(report)}");
        }
        if (why.Replace("CERT_EXPIRED", "", StringComparison.Ordinal).Contains("EXPIRED", StringComparison.Ordinal)) Assert.Contains(ReasonClass.Expired, report.Reasons);
        if (expected == "HOLD_STATUS_UNAVAILABLE") Assert.Contains(ReasonClass.StatusUnavailable, report.Reasons);
    }

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
    public void refuses_every_format_without_a_verifier_in_words()
    {
        var verifier = new CredentialVerifier(Samples.Anchors());
        foreach (var (path, format, _, _) in Samples.Manifest().Where(row => !Verified.Contains(row.Format) && row.Format != "w3c-di-vector" && !row.Path.EndsWith("**", StringComparison.Ordinal) && row.Path != "path"))
        {
            var report = verifier.Verify(Samples.Read(path), Samples.At);
            Assert.True(report.Verdict == Verdict.Reject && report.Reasons is [ReasonClass.UnsupportedFormat or ReasonClass.Malformed], $"{path} ({format}): {Describe(report)}");
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
