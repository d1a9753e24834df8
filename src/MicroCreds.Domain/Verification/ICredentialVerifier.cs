namespace MicroCreds.Domain.Verification;

/// <summary>Reads and verifies credential files of every format the node knows. Never fetches anything; keys come from the registry it was made with.</summary>
public interface ICredentialVerifier
{
    /// <summary>Verifies one file as of <paramref name="at"/>. Never throws for what is in the file: what is wrong becomes a check.</summary>
    CredentialReport Verify(ReadOnlyMemory<byte> file, DateTimeOffset at);
}
