using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Services.Members;

/// <summary>The trust list in force. A list is taken over as a whole; one with a smaller serial than the list in force is refused (rollback).</summary>
public sealed class TrustRegistry(MemberDirectory directory, ReadOnlyMemory<byte> signedList)
{
    private readonly Lock _takeOver = new();
    private volatile Entry _entry = new(directory, signedList);

    /// <summary>Members by the list in force.</summary>
    public MemberDirectory Current => _entry.Directory;

    /// <summary>The list in force, byte for byte as it was signed.</summary>
    public ReadOnlyMemory<byte> SignedList => _entry.SignedList;

    /// <summary>Raised after another list came into force.</summary>
    public event Action? Changed;

    /// <summary>Puts a verified list into force. Fails with STATEMENT_INVALID for an older one and for another one with the same serial; the same list again changes nothing.</summary>
    public Result<MemberDirectory> TakeOver(TrustList list, ReadOnlyMemory<byte> signedBytes)
    {
        lock (_takeOver)
        {
            var held = _entry.Directory.List;
            if (list.Consortium != held.Consortium)
                return Problem.Of(ProblemCode.StatementInvalid, $"The trust list is of {list.Consortium}, this node belongs to {held.Consortium}.", ("detail", "consortium"));
            if (list.Serial < held.Serial)
                return Problem.Of(ProblemCode.StatementInvalid, $"The trust list has serial {list.Serial}, serial {held.Serial} is in force: an older list is not taken over.", ("serial", $"{list.Serial}"));
            if (list.Serial == held.Serial)
            {
                // The same list may come with more signatures; another list under the same serial is a fork, and one of the two is a lie.
                return DomainJson.Write(list).AsSpan().SequenceEqual(DomainJson.Write(held)) ? _entry.Directory
                    : Problem.Of(ProblemCode.StatementInvalid, $"There are two trust lists with serial {list.Serial}; the one in force stays. Ask the coordinators which is theirs.", ("serial", $"{list.Serial}"), ("detail", "fork"));
            }

            _entry = new Entry(new MemberDirectory(list), signedBytes);
        }

        Changed?.Invoke();
        return _entry.Directory;
    }

    private sealed record Entry(MemberDirectory Directory, ReadOnlyMemory<byte> SignedList);
}
