namespace Grpc.Core;

/// <summary>A remote method without its message types.</summary>
public interface IMethod
{
    /// <summary>Kind of the method.</summary>
    MethodType Type { get; }

    /// <summary>Full name of the service, with its package.</summary>
    string ServiceName { get; }

    /// <summary>Name of the method inside the service.</summary>
    string Name { get; }

    /// <summary>Path of the method on the wire: <c>/service/method</c>.</summary>
    string FullName { get; }
}
