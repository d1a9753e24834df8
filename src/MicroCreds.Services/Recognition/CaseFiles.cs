using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Institutions;

namespace MicroCreds.Services.Recognition;

/// <summary>Verifies the files of a case anew, outside of every transaction.</summary>
internal sealed class CaseFiles(ICredentialVerifier verifier)
{
    /// <summary>One report for each credential, in the order of the application and about the same achievement; null when a file is no longer kept.</summary>
    public async Task<ImmutableArray<CredentialReport>?> VerifyAsync(HostedInstitution institution, RecognitionCase c, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reports = ImmutableArray.CreateBuilder<CredentialReport>(c.Application.Credentials.Length);
        foreach (var digest in c.Application.Credentials)
        {
            if (await institution.Cases.FileAsync(digest, cancellationToken) is not { } file) return null;
            reports.Add(verifier.Verify(file, now).AboutWhat(c.Reports.FirstOrDefault(r => r.Digest == digest)));
        }
        return reports.ToImmutable();
    }
}
