using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>One property of a peer's identity. Cannot be changed.</summary>
public class AuthProperty
{
    private readonly byte[] _value;
    private string? _text;

    private AuthProperty(string name, byte[] value)
    {
        Name = GrpcPreconditions.CheckNotNull(name, nameof(name));
        _value = [.. GrpcPreconditions.CheckNotNull(value, nameof(value))];
    }

    /// <summary>Name of the property.</summary>
    public string Name { get; }

    /// <summary>The value read as UTF-8.</summary>
    public string Value => _text ??= Encoding.UTF8.GetString(_value);

    /// <summary>A copy of the value.</summary>
    public byte[] ValueBytes => [.. _value];

    /// <summary>Makes a property; the value is copied.</summary>
    public static AuthProperty Create(string name, byte[] value) => new(name, value);
}
