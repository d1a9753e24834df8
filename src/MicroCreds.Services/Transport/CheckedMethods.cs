using System.Reflection;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using MicroCreds.Services.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MicroCreds.Services.Transport;

/// <summary>Refuses messages that are none as the caller's mistake. The server itself takes them for a failure of its own and logs an error.</summary>
public static class CheckedMethods
{
    /// <summary>Binds services so that their requests are read with that care. After <c>AddGrpc</c>.</summary>
    public static void AddCheckedMethods(this IServiceCollection services)
    {
        services.RemoveAll(typeof(IServiceMethodProvider<>));
        services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(Provider<>));
    }

    private sealed class Provider<TService> : IServiceMethodProvider<TService>
        where TService : class
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
        {
            for (var type = typeof(TService); type is not null; type = type.BaseType)
            {
                if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } bind) continue;
                var binding = bind.BindType.GetMethod(bind.BindMethodName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(ServiceBinderBase), type])
                    ?? throw new InvalidOperationException($"{type} names a method that binds it and does not have it.");
                binding.Invoke(null, [new Binder<TService>(context), null]);
                return;
            }

            throw new InvalidOperationException($"{typeof(TService)} is no service of the contract.");
        }
    }

    /// <summary>Takes the methods that generated code tells and hands them on, to be called on the service by name.</summary>
    private sealed class Binder<TService>(ServiceMethodProviderContext<TService> context) : ServiceBinderBase
        where TService : class
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            context.AddUnaryMethod(Checked(method), Metadata(method), Open<Grpc.AspNetCore.Server.Model.UnaryServerMethod<TService, TRequest, TResponse>>(method));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddServerStreamingMethod(Checked(method), Metadata(method), Open<Grpc.AspNetCore.Server.Model.ServerStreamingServerMethod<TService, TRequest, TResponse>>(method));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddClientStreamingMethod(Checked(method), Metadata(method), Open<Grpc.AspNetCore.Server.Model.ClientStreamingServerMethod<TService, TRequest, TResponse>>(method));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddDuplexStreamingMethod(Checked(method), Metadata(method), Open<Grpc.AspNetCore.Server.Model.DuplexStreamingServerMethod<TService, TRequest, TResponse>>(method));

        private static Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
            where TRequest : class
            where TResponse : class
        {
            var read = method.RequestMarshaller.ContextualDeserializer;
            return new(method.Type, method.ServiceName, method.Name, Marshallers.Create(method.RequestMarshaller.ContextualSerializer, Read), method.ResponseMarshaller);

            TRequest Read(DeserializationContext message)
            {
                try
                {
                    return read(message);
                }
                catch (InvalidProtocolBufferException e)
                {
                    throw WireRefusal.Malformed(e.Message, typeof(TRequest).Name).ToRpcException();
                }
            }
        }

        private static TInvoker Open<TInvoker>(IMethod method)
            where TInvoker : Delegate => Handler(method).CreateDelegate<TInvoker>();

        private static List<object> Metadata(IMethod method) => [.. typeof(TService).GetCustomAttributes(inherit: true), .. Handler(method).GetCustomAttributes(inherit: true)];

        private static MethodInfo Handler(IMethod method) => typeof(TService).GetMethod(method.Name) ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name}.");
    }
}
