using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Node.Composition;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Security;

namespace MicroCreds.Node.Operations;

/// <summary>Makes the token of a member of staff, or of a student system, also while the node runs: every node with the same staff key reads it.</summary>
internal static class StaffToken
{
    private const int LongestAccount = 100;

    /// <summary>Writes the token to a file that is not there yet, for this account alone.</summary>
    /// <exception cref="ConfigurationException">A role or institution does not exist, the account has no proper name, or there is no staff key yet.</exception>
    public static ImmutableArray<OperationAnswer> Make(OperatedStores stores, OperationLine line, NodeOptions options)
    {
        if (line.Account is { Length: > LongestAccount } or "admin" || line.Account.Any(char.IsControl))
            throw new ConfigurationException("--account is 1 to 100 characters without control characters; `admin` is the node's own, whose token it writes to admin.token.");
        var roles = line.Roles.Select(role => Enum.GetValues<StaffRole>().Cast<StaffRole?>().FirstOrDefault(known => known.ToString()!.Equals(role, StringComparison.OrdinalIgnoreCase))
            ?? throw new ConfigurationException($"'{role}' is no role. Roles are {string.Join(", ", Enum.GetNames<StaffRole>()).ToLowerInvariant()}.")).Distinct().ToImmutableArray();
        var institutions = stores.Institutions.Select(i => OrganisationId.Parse(i.Organisation)).ToImmutableArray();
        // Made here it would belong to whoever runs this, and the node's account could not read it.
        if (!File.Exists(KeyFiles.StaffKeyFile(options))) throw new ConfigurationException($"{KeyFiles.StaffKeyFile(options)} is not there. Start the node once, which makes it.");
        var lifetime = TimeSpan.FromDays(line.Days);
        var token = new StaffTokens(KeyFiles.StaffKey(options), stores.Clock).Issue(line.Account, roles, institutions, lifetime);
        try
        {
            PrivateFile.Write(line.Target, Encoding.ASCII.GetBytes(token + "\n"));
        }
        catch (Exception fault) when (OperationRun.IsRefusal(fault))
        {
            return [.. institutions.Select(i => new OperationAnswer(i.Value, Good: false, fault.Message))];
        }
        var said = string.Create(CultureInfo.InvariantCulture, $"{line.Account} is {string.Join(", ", roles).ToLowerInvariant()} until {stores.Clock.GetUtcNow() + lifetime:u}");
        return [.. institutions.Select(i => new OperationAnswer(i.Value, Good: true, said) { Place = line.Target })];
    }
}
