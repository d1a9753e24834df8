using System.CommandLine;
using System.Globalization;
using MicroCreds.Cli.Connection;
using MicroCreds.Cli.Output;
using MicroCreds.Credentials;

namespace MicroCreds.Cli.Verification;

/// <summary><c>mcf verify</c>: credentials and exported decisions, without a node and without the network.</summary>
internal static class VerifyCommand
{
    /// <summary>The command. Exit code 0 when every file is accepted, 1 when one is held or rejected.</summary>
    public static Command Make(CommandHost host)
    {
        var files = new Argument<string[]>("FILE") { Description = "Credentials, or decisions exported with `mcf case evidence`.", Arity = ArgumentArity.OneOrMore };
        var trust = new Option<string>("--trust") { Description = "Folder with trust-list.json and the coordinators' *.jwk, with anchors (*.pem, *.crt), or with documents that register issuers (DID documents, issuers.json), fetched status lists, and trusted-lists/ with trusted lists (*.xml) beside their operators' certificates, and revocation-lists/ with *.crl beside their authorities'; or a trust list alone.", HelpName = "FOLDER" };
        var coordinators = new Option<string[]>("--coordinator") { Description = "Public key of a coordinator; may be repeated.", HelpName = "FILE.jwk" };
        var threshold = new Option<int>("--threshold") { Description = "How many coordinators must have signed the trust list. Default: 1.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var time = new Option<string>("--at") { Description = "Verify as of this time. Default: now.", HelpName = "YYYY-MM-DD[THH:MM:SSZ]" };
        return new Command("verify", "Verify credentials and exported decisions offline.") { files, trust, coordinators, threshold, time }.Does(host, (parsed, output, cancellationToken) =>
        {
            var at = Time(parsed.GetValue(time), host.Clock);
            if (parsed.GetValue(threshold) < 1) throw CommandFailure.Usage("At least one coordinator must have signed.", "Give 1 or more.", "--threshold");
            var material = parsed.GetValue(trust) is { } path ? TrustMaterial.Read(path, parsed.GetValue(coordinators) ?? [], parsed.GetValue(threshold), at) : TrustMaterial.None;
            var verifier = new CredentialVerifier(material.Issuers, material.StatusLists, material.Revocations);
            var accepted = true;
            foreach (var file in parsed.GetRequiredValue(files))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var verdict = Verify(file, CommandFiles.Read(file), verifier, material, at);
                accepted &= verdict.Verdict == "ACCEPT";
                output.Write(verdict.ToJson(), verdict.Show);
            }
            return Task.FromResult(accepted ? ExitCodes.Ok : ExitCodes.Failure);
        });
    }

    /// <summary>Verifies one file of either kind.</summary>
    public static FileVerdict Verify(string name, ReadOnlyMemory<byte> content, CredentialVerifier verifier, TrustMaterial material, DateTimeOffset at) =>
        EvidenceVerdict.Is(content) ? EvidenceVerdict.Of(name, content, material.Members, material.Source, at) : CredentialVerdict.Of(name, verifier.Verify(content, at));

    private static DateTimeOffset Time(string? text, TimeProvider clock) =>
        text is null ? clock.GetUtcNow()
        : DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime()
        : throw CommandFailure.Usage($"'{text}' is no time.", "Write it as 2026-03-02 or 2026-03-02T12:00:00Z.", "--at");
}
